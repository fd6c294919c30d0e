import { UsageError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import type { ListedFile } from '../../ports/workspace-files.ts';
import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { isOn, optionalText, text, type ParsedArgs } from '../global-options.ts';
import { heldFileToJson, heldFilesText } from '../held-files.ts';
import { readWorkspacePath } from '../path-option.ts';
import type { Session } from '../session.ts';
import { snapshotToText } from '../snapshot-text.ts';

export const checkpointShow: Command = {
  describe: (parser) =>
    checkpointArgument(planArgument(parser))
      .option('files', { type: 'boolean', describe: 'the files that it holds, instead of the state' })
      .option('path', {
        type: 'string',
        requiresArg: true,
        describe: "with --files: only this folder, relative to the plan's folder",
      })
      .example('$0 plan checkpoint show last 12 --json', 'the whole state, for programs')
      .example('$0 plan checkpoint show last 12 --files --path src', 'what stood below src'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const { checkpoints } = await (await session.app()).storage();
    const checkpoint = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
    const snapshot = await checkpoints.snapshot(checkpoint.id);
    const files = await readFiles(args, session, plan.workspace, checkpoint.tree_hash);
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { checkpoint: checkpointToJson(checkpoint), state_snapshot: snapshot, ...filesToJson(files) },
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
        if (files === undefined) print(snapshotToText(snapshot, glyphs, paint));
        else if (files !== null) print(heldFilesText(files));
      },
    };
  },
};

/** Undefined: nobody asked; null: it holds none. @throws UsageError */
async function readFiles(
  args: ParsedArgs,
  session: Session,
  workspace: string,
  tree: string | null,
): Promise<readonly ListedFile[] | null | undefined> {
  const path = optionalText(args, 'path');
  if (!isOn(args, 'files')) {
    if (path === undefined) return undefined;
    throw new UsageError('invalid_option', '--path is about files: use it with --files');
  }
  const within = path === undefined ? '' : readWorkspacePath(path, workspace);
  return tree === null ? null : await (await (await session.app()).files()).list(tree, within);
}

function filesToJson(files: readonly ListedFile[] | null | undefined): { readonly files?: Json } {
  if (files === undefined) return {};
  return { files: files === null ? null : files.map(heldFileToJson) };
}
