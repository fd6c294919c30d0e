import { shortId } from '../../domain/ids.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { text, texts } from '../global-options.ts';
import { parseKeyValues } from '../option-values.ts';
import { planToJson } from '../run-shapes.ts';

export const planCreate: Command = {
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
      .example('$0 plan create release.plan.yaml --quiet', 'prints only the id'),
  run: async (args, session) => {
    const app = await session.app();
    const inputs = parseKeyValues(texts(args, 'input'), '--input');
    const workspace = await app.workspace(session.options.workspace);
    const plan = await app.createPlan({ file: text(args, 'file'), workspace, inputs });
    return {
      data: planToJson(plan),
      show: () => {
        const { output, options } = session;
        const state = formatPhaseState(plan.phase, plan.state);
        output.print(
          options.quiet ? plan.plan_id : `created ${toPrintableLine(plan.name)}  ${plan.plan_id}  ${state}`,
        );
        output.note(`next: agents plan execute ${shortId(plan.plan_id)}`);
      },
    };
  },
};
