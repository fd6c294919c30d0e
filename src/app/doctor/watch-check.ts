import { tryWatches } from '../../workspace/watch/try-watches.ts';
import { describeFault, unwatchable, watchLimit } from '../../workspace/watch/watch-support.ts';
import { ok, warn, type Check } from './check.ts';

/** What the system says of watches, but for tests. */
export interface WatchFacts {
  readonly platform: NodeJS.Platform;
  /** Watches a folder as a run would, and gives it up again. @throws the system's error */
  readonly tryWatches: (folder: string, exclude: readonly string[]) => void;
}

const SYSTEM: WatchFacts = { platform: process.platform, tryWatches };

const MORE: Readonly<Record<string, string>> = {
  ENOSPC: 'sudo sysctl fs.inotify.max_user_watches=524288',
  EMFILE: 'sudo sysctl fs.inotify.max_user_instances=1024',
};

const NOTHING = 'nothing: checkpoints are as right, and take longer in large folders';

/**
 * Whether the system can tell what changes in a folder, all of it. Without, checkpoints are as right, and take longer in large folders.
 * @param exclude names of folders in it that are not watched
 */
export function checkWatches(
  folder: string,
  exclude: readonly string[],
  { platform, tryWatches: tryAll }: WatchFacts = SYSTEM,
): Check {
  const slow = 'every checkpoint looks at all files';
  const reason = unwatchable(folder, platform);
  if (reason !== null) return ok('watches', `${slow}: ${reason}`);
  try {
    tryAll(folder, exclude);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return warn('watches', `${slow}: ${describeFault(code)}`, MORE[code] ?? NOTHING);
  }
  const [watches, programs] = [watchLimit('max_user_watches'), watchLimit('max_user_instances')];
  return ok(
    'watches',
    `the system tells what changes in ${folder}: at most ${watches} watches, ${programs} programs`,
  );
}
