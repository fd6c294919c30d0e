import type { Command } from '../command.ts';
import { createNewPlan, describeNewPlan } from '../new-plan.ts';
import { runPlan } from '../plan-run-flow.ts';

export const planRun: Command = {
  streams: true,
  describe: (parser) =>
    describeNewPlan(parser).example(
      '$0 plan run release.plan.yaml -i version=3.3.0',
      'run it in the current folder',
    ),
  run: async (args, session) => {
    const { plan, inputs } = await createNewPlan(args, session);
    return runPlan(session, plan, { inputs, rerun: [], skip: [], takeOver: false });
  },
};
