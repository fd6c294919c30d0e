import type { Command } from '../command.ts';
import { createNewPlan, describeNewPlan } from '../new-plan.ts';
import { startRun } from '../start-run.ts';

export const planRun: Command = {
  streams: true,
  describe: (parser) =>
    describeNewPlan(parser).example(
      '$0 plan run release.plan.yaml -i version=3.3.0',
      'run it in the current folder',
    ),
  run: async (args, session) => {
    const { plan, inputs } = await createNewPlan(args, session);
    return startRun(session, plan, { inputs, rerun: [], skip: [], takeOver: false });
  },
};
