import { renderAgentsrcExample } from '../../src/config/agentsrc-example.ts';
import { renderConfigurationDocs } from '../../src/config/configuration-docs.ts';
import { planJsonSchema } from '../../src/documents/document-schema.ts';
import { renderKeysDocs } from '../../src/tui/keys/keys-docs.ts';

/** The files of this repository that are made from its code: `npm run generate` writes them, a test compares them. */
export const GENERATED_FILES: readonly { readonly path: string; readonly render: () => string }[] = [
  { path: '.agentsrc.example', render: renderAgentsrcExample },
  { path: 'docs/configuration.md', render: renderConfigurationDocs },
  { path: 'docs/keys.md', render: renderKeysDocs },
  { path: 'docs/plan.schema.json', render: () => `${JSON.stringify(planJsonSchema(), null, 2)}\n` },
];
