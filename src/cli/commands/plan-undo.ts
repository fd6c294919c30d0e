import { shortId } from '../../domain/ids.ts';
import { type Command, planArgument } from '../command.ts';
import { isOn, text } from '../global-options.ts';
import { goBack } from '../rollback-flow.ts';
import { describeGoingBack, readChoices, readConsent } from '../rollback-options.ts';

export const planUndo: Command = {
  describe: (parser) =>
    describeGoingBack(planArgument(parser))
      .epilogue('Undo once more to have the rollback again: each undo reverses the last rollback or undo.')
      .example('$0 plan undo last --dry-run', 'what the undo would change')
      .example('$0 plan undo last', 'back to what was there before the rollback'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const rollbacks = await (await session.app()).rollbacks();
    const { checkpoint, scope } = await rollbacks.undoTarget(plan.plan_id);
    const choices = readChoices(args, scope, plan.workspace);
    const running = isOn(args, 'stop') ? 'stop' : 'refuse';
    return await goBack({
      session,
      plan,
      consent: readConsent(args),
      leaveDamaged: choices.leaveDamaged === true,
      where: `undoes its last rollback: back to checkpoint ${checkpoint.number}`,
      command: `agents plan undo ${shortId(plan.plan_id)}`,
      question: 'Undo the last rollback?',
      running,
      preview: (options) => rollbacks.preview(plan.plan_id, checkpoint.id, choices, options),
      run: (options) => rollbacks.rollBack(plan.plan_id, checkpoint.id, choices, running, options),
    });
  },
};
