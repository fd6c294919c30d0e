import type { Checkpoint } from '../../domain/checkpoint.ts';
import { isWithin, type RawPath } from '../../domain/raw-path.ts';
import { checkpointToJson } from '../checkpoint-views.ts';
import { type Command, planArgument } from '../command.ts';
import { filesDiffText, stateDiffText } from '../diff-text.ts';
import { changedFileToJson, readPatches, type ChangedFile } from '../file-patches.ts';
import { isOn, optionalText, text, texts } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { readWorkspacePath } from '../path-option.ts';
import { excluding } from '../rollback-options.ts';
import type { CommandResult, Session } from '../session.ts';
import type { PlanDifference } from '../../ports/rollback-control.ts';

export const planDiff: Command = {
  describe: (parser) =>
    planArgument(parser)
      .positional('a', {
        type: 'string',
        demandOption: true,
        describe: 'a checkpoint: a number, an id, a label, or "last"',
      })
      .positional('b', { type: 'string', describe: 'another one; absent: plan and files as they are now' })
      .option('files', { type: 'boolean', describe: 'only the files' })
      .option('state', { type: 'boolean', describe: "only the plan's state" })
      .option('path', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: "only this file or folder, relative to the plan's folder",
      })
      .example('$0 plan diff last 3', 'what has changed since')
      .example('$0 plan diff last 3 5 --files --path src', 'the patches below src between the two'),
  run: async (args, session) => {
    const [onlyFiles, onlyState] = [isOn(args, 'files'), isOn(args, 'state')];
    if (onlyFiles && onlyState) throw excluding('--files', '--state');
    if (onlyState && texts(args, 'path').length > 0) throw excluding('--state', '--path');
    const plan = await session.plan(text(args, 'plan'));
    const paths = texts(args, 'path').map((typed) => readWorkspacePath(typed, plan.workspace));
    const app = await session.app();
    const { checkpoints } = await app.storage();
    const [from, to] = await Promise.all([
      checkpoints.resolve(plan.plan_id, text(args, 'a')),
      optionalCheckpoint(optionalText(args, 'b'), (reference) =>
        checkpoints.resolve(plan.plan_id, reference),
      ),
    ]);
    return await untilStopped(async () => {
      const rollbacks = await app.rollbacks();
      const found = await workLong(session, (options) =>
        rollbacks.diff(plan.plan_id, from.id, to?.id ?? null, options),
      );
      return await describeDifference(session, found, {
        paths,
        onlyFiles: onlyFiles || paths.length > 0,
        onlyState,
      });
    });
  },
};

async function optionalCheckpoint(
  reference: string | undefined,
  resolve: (reference: string) => Promise<Checkpoint>,
): Promise<Checkpoint | null> {
  return reference === undefined ? null : await resolve(reference);
}

interface Wanted {
  readonly paths: readonly RawPath[];
  readonly onlyFiles: boolean;
  readonly onlyState: boolean;
}

async function describeDifference(
  session: Session,
  { from, to, state, files: changes }: PlanDifference,
  { paths, onlyFiles, onlyState }: Wanted,
): Promise<CommandResult> {
  const { blobs } = await (await session.app()).storage();
  const isWanted = (path: RawPath): boolean => paths.length === 0 || paths.some((one) => isWithin(path, one));
  const wanted = onlyState || changes === null ? null : changes.filter(({ path }) => isWanted(path));
  const files = wanted === null ? null : await readPatches(blobs, wanted);
  const shownState = onlyFiles ? [] : state;
  return {
    data: {
      from: checkpointToJson(from),
      to: to === null ? null : checkpointToJson(to),
      state: shownState.map((change) => ({ ...change })),
      files: files === null ? null : files.map(changedFileToJson),
    },
    show: () => {
      const { output } = session;
      const parts = [
        ...(shownState.length > 0 ? [stateDiffText(shownState, output.paint)] : []),
        ...filesPart(files, session),
      ];
      if (parts.length > 0) output.print(parts.join('\n\n'));
      else
        output.print(
          `no difference between checkpoint ${from.number} and ${to === null ? 'now' : `checkpoint ${to.number}`}`,
        );
      if (files === null && !onlyState) output.note('files are not compared: one of the two holds none');
    },
  };
}

function filesPart(files: readonly ChangedFile[] | null, { output }: Session): readonly string[] {
  return files === null || files.length === 0 ? [] : [filesDiffText(files, output.paint)];
}
