import { formatPhaseState } from '../../domain/plan.ts';
import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { text } from '../global-options.ts';
import { snapshotToText } from '../snapshot-text.ts';

export const checkpointShow: Command = {
  describe: (parser) =>
    checkpointArgument(planArgument(parser)).example(
      '$0 plan checkpoint show last 12 --json',
      'the whole state, for programs',
    ),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const { checkpoints } = await (await session.app()).storage();
    const checkpoint = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
    const snapshot = await checkpoints.snapshot(checkpoint.id);
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { checkpoint: checkpointToJson(checkpoint), state_snapshot: snapshot },
      show: () => {
        const { paint, print } = session.output;
        const { created_at, seq, phase, state, pinned, capture } = checkpoint;
        print(checkpointLine(checkpoint, glyphs, paint));
        const marks = [
          created_at,
          `event ${seq}`,
          formatPhaseState(phase, state),
          ...(pinned ? ['pinned'] : []),
        ];
        print(paint('dim', `  ${marks.join('  ')}`));
        print(
          paint(
            'dim',
            `  files: ${[capture.status, capture.reason].filter((word) => word !== null).join(', ')}`,
          ),
        );
        print(snapshotToText(snapshot, glyphs, paint));
      },
    };
  },
};
