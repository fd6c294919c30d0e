import { shortId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { type Command, planArgument } from '../command.ts';
import { isOn, text } from '../global-options.ts';
import { typedPath } from '../path-option.ts';
import { goBack } from '../rollback-flow.ts';
import { describeGoingBack, readChoices, readConsent } from '../rollback-options.ts';

export const planCorrect: Command = {
  describe: (parser) =>
    describeGoingBack(
      planArgument(parser)
        .positional('decision', {
          type: 'string',
          demandOption: true,
          describe: "the step's id, or the decision's",
        })
        .option('choose', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'the option to take instead, or the text asked for',
        }),
    )
      .epilogue(
        'Plan and files go back to before the decision; what came of the first choice stays in the history.',
      )
      .example('$0 plan correct last style --choose long', 'take the other way from there'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const [decision, choice] = [text(args, 'decision'), text(args, 'choose')];
    const choices = readChoices(args, 'plan_and_files', plan.workspace);
    const rollbacks = await (await session.app()).rollbacks();
    const running = isOn(args, 'stop') ? 'stop' : 'refuse';
    const where = `back to before the decision ${toPrintableLine(decision)}, then ${toPrintableLine(choice)}`;
    return await goBack({
      session,
      plan,
      consent: readConsent(args),
      leaveDamaged: choices.leaveDamaged === true,
      where,
      command: `agents plan correct ${shortId(plan.plan_id)} ${decision} --choose ${typedPath(choice)}`,
      question: `Take ${toPrintableLine(choice)} instead?`,
      running,
      always: true,
      preview: (options) => rollbacks.previewCorrect(plan.plan_id, decision, choice, choices, options),
      run: (options) => rollbacks.correct(plan.plan_id, decision, choice, choices, running, options),
    });
  },
};
