import { shortId } from '../../domain/ids.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { untilStopped } from '../long-work.ts';
import { createNewPlan, describeNewPlan } from '../new-plan.ts';
import type { PlannedJson } from '../proposal-text.ts';
import { planToJson } from '../run-shapes.ts';

export const planCreate: Command = {
  describe: (parser) =>
    describeNewPlan(parser)
      .example('$0 plan create release.plan.yaml --quiet', 'prints only the id')
      .example('$0 plan create --goal "Add a license" --save license.plan.yaml', 'a model writes the plan'),
  run: (args, session) =>
    untilStopped(async () => {
      const { plan, planned } = await createNewPlan(args, session);
      return {
        data: { ...planToJson(plan), ...(planned && { planned }) },
        show: () => {
          const { output, options } = session;
          const state = formatPhaseState(plan.phase, plan.state);
          output.print(
            options.quiet ? plan.plan_id : `created ${toPrintableLine(plan.name)}  ${plan.plan_id}  ${state}`,
          );
          for (const next of nextCommands(shortId(plan.plan_id), planned)) output.note(`next: ${next}`);
        },
      };
    }),
};

/** Nobody has seen the document yet if nobody has agreed to it. */
function nextCommands(id: string, planned: PlannedJson | null): readonly string[] {
  const execute = `agents plan execute ${id}`;
  if (planned === null || planned.approved) return [execute];
  const approval = `${id} ${planned.decision_id}`;
  return [`agents plan show ${approval}`, `agents plan answer ${approval} approve|reject`, execute];
}
