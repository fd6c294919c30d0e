import { renderCliDocs } from '../../src/cli/cli-docs.ts';
import { renderAgentsrcExample } from '../../src/config/agentsrc-example.ts';
import { renderConfigurationDocs } from '../../src/config/configuration-docs.ts';
import { planJsonSchema } from '../../src/documents/document-schema.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { createBuiltinTools } from '../../src/tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../../src/tools/tool-registry.ts';
import { renderToolsDocs } from '../../src/tools/tools-docs.ts';
import { renderKeysDocs } from '../../src/tui/keys/keys-docs.ts';

/** The files of this repository that are made from its code: `npm run generate` writes them, a test compares them. */
export const GENERATED_FILES: readonly {
  readonly path: string;
  readonly render: () => string | Promise<string>;
}[] = [
  { path: '.agentsrc.example', render: renderAgentsrcExample },
  { path: 'docs/cli.md', render: renderCliDocs },
  { path: 'docs/configuration.md', render: renderConfigurationDocs },
  { path: 'docs/keys.md', render: renderKeysDocs },
  { path: 'docs/plan.schema.json', render: () => `${JSON.stringify(planJsonSchema(), null, 2)}\n` },
  {
    path: 'docs/tools.md',
    render: () => {
      const tools = createBuiltinTools({ processes: new SystemProcessTable() });
      return renderToolsDocs(createToolRegistry(tools).list());
    },
  },
];
