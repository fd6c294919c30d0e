import { shortId } from '../../domain/ids.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { untilStopped } from '../long-work.ts';
import { createNewPlan, describeNewPlan } from '../new-plan.ts';
import { planToJson } from '../run-shapes.ts';

export const planCreate: Command = {
  describe: (parser) =>
    describeNewPlan(parser).example('$0 plan create release.plan.yaml --quiet', 'prints only the id'),
  run: (args, session) =>
    untilStopped(async () => {
      const { plan } = await createNewPlan(args, session);
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
    }),
};
