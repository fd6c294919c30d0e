import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('heap-program.ts', import.meta.url));

/** What the screen's view keeps of a long history, after the garbage has been collected; in a process of its own. */
export function benchHeap(): object {
  const done = spawnSync(process.execPath, ['--expose-gc', PROGRAM], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`the heap could not be measured: ${done.stderr}`);
  return JSON.parse(done.stdout) as object;
}
