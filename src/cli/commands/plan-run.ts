import type { Command } from '../command.ts';
import { untilStopped } from '../long-work.ts';
import { createNewPlan, describeNewPlan } from '../new-plan.ts';
import { isOn } from '../global-options.ts';
import { DETACH_OPTION, startRun } from '../start-run.ts';

export const planRun: Command = {
  streams: true,
  describe: (parser) =>
    describeNewPlan(parser)
      .option('detach', DETACH_OPTION)
      .example('$0 plan run release.plan.yaml -i version=3.3.0', 'run it in the current folder')
      .example('$0 plan run --goal "Add a license"', 'a model writes the plan, you agree, it runs'),
  run: (args, session) =>
    untilStopped(async () => {
      const { plan, inputs } = await createNewPlan(args, session);
      const choices = { inputs, rerun: [], skip: [], takeOver: false };
      return await startRun(session, plan, choices, isOn(args, 'detach'));
    }),
};
