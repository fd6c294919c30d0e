import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';

/** So many are kept: whoever reports a crash does so soon. */
const KEPT_LOGS = 20;
const MOST_CHARACTERS = 20_000;
const NAME = /^crash-.*\.log$/;

export interface Crash {
  /** What was being done, in a few words. */
  readonly during: string;
  readonly thrown: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Writes all that is known of something that broke into a file of its own in `folder`, which only its owner reads. Only
 * the newest are kept. Resolves with its path. @throws what the file system says
 */
export async function writeCrashLog(folder: string, { during, thrown, at }: Crash): Promise<string> {
  const time = new Date(at).toISOString();
  // In the order of their names they are in the order of time.
  const path = join(folder, `crash-${time.replaceAll(/[-:]/g, '')}-${process.pid}.log`);
  const { platform, arch, version } = process;
  const text = inspect(thrown, { depth: 4, maxStringLength: MOST_CHARACTERS, maxArrayLength: 20 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, `${time}  ${during}\nNode ${version} on ${platform} ${arch}\n\n${text}\n`, {
    mode: 0o600,
  });
  const logs = (await readdir(folder)).filter((name) => NAME.test(name)).toSorted();
  for (const name of logs.slice(0, -KEPT_LOGS)) await rm(join(folder, name), { force: true });
  return path;
}
