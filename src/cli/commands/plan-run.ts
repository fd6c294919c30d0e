import { texts, text } from '../global-options.ts';
import type { Command } from '../command.ts';
import { parseKeyValues } from '../option-values.ts';
import { runPlan } from '../plan-run-flow.ts';

export const planRun: Command = {
  streams: true,
  describe: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'the plan document (YAML)' })
      .option('input', {
        alias: 'i',
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'an input of the document: NAME=VALUE',
      })
      .example('$0 plan run release.plan.yaml -i version=3.3.0', 'run it in the current folder'),
  run: async (args, session) => {
    const app = await session.app();
    const inputs = parseKeyValues(texts(args, 'input'), '--input');
    const workspace = await app.workspace(session.options.workspace);
    const plan = await app.createPlan({ file: text(args, 'file'), workspace, inputs });
    return runPlan(session, plan, { inputs, rerun: [], skip: [], takeOver: false });
  },
};
