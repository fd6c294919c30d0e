import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { withApprovedServers } from '../mcp-approval.ts';
import { sayWarnings, withWarnings } from '../document-warnings.ts';
import { text } from '../global-options.ts';

export const planValidate: Command = {
  describe: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'the plan document (YAML)' })
      .example('$0 plan validate release.plan.yaml', 'every fault with its line and column'),
  run: async (args, session) => {
    const app = await session.app();
    const folder = await session.folder();
    const { document, warnings } = await withWarnings(session.output, () =>
      withApprovedServers(session, folder, () => app.loadDocument(text(args, 'file'), folder)),
    );
    const { file, name, steps, inputs } = document;
    sayWarnings(session.output, warnings);
    return {
      data: {
        file,
        valid: true,
        name,
        steps: steps.length,
        inputs: Object.keys(inputs),
        warnings: warnings.map((warning) => ({ ...warning })),
      },
      show: () => {
        const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
        session.output.print(`${toPrintableLine(file)} is valid: plan ${toPrintableLine(name)}, ${count}`);
      },
    };
  },
};
