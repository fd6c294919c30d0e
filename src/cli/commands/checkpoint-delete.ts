import { WaitingError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { canConfirm, confirm } from '../confirm.ts';
import { isOn, text } from '../global-options.ts';

export const checkpointDelete: Command = {
  describe: (parser) =>
    checkpointArgument(planArgument(parser))
      .option('yes', { alias: 'y', type: 'boolean', describe: 'do not ask' })
      .epilogue(
        'Kept whatever you say: a pinned one, the last of its plan, the way back from the last rollback, and what a plan was forked from. "agents storage gc" frees what only it held.',
      )
      .example('$0 plan checkpoint delete last 4', 'after a yes'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const app = await session.app();
    const { checkpoints } = await app.storage();
    const checkpoint = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
    const glyphs = await session.glyphs(plan.workspace);
    const refusal = await checkpoints.refusalToDelete(checkpoint.id);
    if (refusal) throw refusal;
    const { output } = session;
    if (!isOn(args, 'yes')) {
      if (canConfirm(session)) output.complain(checkpointLine(checkpoint, glyphs, output.notePaint));
      const isMeant = canConfirm(session) && (await confirm(session, 'Delete it for good?'));
      if (!isMeant)
        throw notConfirmed(`agents plan checkpoint delete ${shortId(plan.plan_id)} ${checkpoint.number}`);
    }
    await app.deleteCheckpoint(plan.root_plan_id, checkpoint.id);
    return {
      data: { checkpoint: checkpointToJson(checkpoint) },
      show: () => {
        output.print(`deleted ${checkpointLine(checkpoint, glyphs, output.paint)}`);
        output.note('to free the room that only it took: agents storage gc');
      },
    };
  },
};

function notConfirmed(command: string): WaitingError {
  return new WaitingError('not_confirmed', 'nothing was deleted', {
    hint: 'a checkpoint that is deleted is gone for good: it needs a yes',
    nextSteps: [`${command} --yes`],
  });
}
