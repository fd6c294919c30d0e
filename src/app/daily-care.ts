import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expirePlans } from './expire-plans.ts';
import type { Parts } from './parts.ts';
import { prunePlans } from './prune-plans.ts';
import { openGarbage } from './storage-care.ts';
import { markFile, writeMark } from './stored-mark.ts';

const DAY_MS = 86_400_000;
/** Nobody waits longer for it. */
const AT_MOST_MS = 10_000;

/**
 * What keeps a home within its bounds however long it is used: plans that ended long ago go, retention for those that nobody runs any
 * more, and a collection of what nobody needs. At most once a day, for a few seconds; what isn't done then is done the next time. What is in its way is no fault
 * of the run that has just ended: `plan prune`, `plan checkpoint prune` and `storage gc` say it.
 * @param hasPruned the run has left something to collect
 */
export async function takeDailyCare(parts: Parts, hasPruned: boolean): Promise<void> {
  const last = await stat(markFile(parts.home)).catch(() => null);
  const made = await stat(join(parts.home, 'agents.db')).catch(() => null);
  // Somebody took it away meanwhile.
  if (made === null) return;
  // A home that is a day old has something in it, perhaps; a new one has not.
  const since = last?.mtimeMs ?? (hasPruned ? 0 : made.birthtimeMs);
  if (parts.clock.now() - since < DAY_MS) return;
  await writeMark(parts.home, null);
  await careFor(parts, AbortSignal.timeout(AT_MOST_MS)).catch(() => undefined);
}

async function careFor(parts: Parts, signal: AbortSignal): Promise<void> {
  const options = { dryRun: false, signal, onProgress: () => undefined };
  await expirePlans(parts, options);
  await prunePlans(parts, null, options);
  const garbage = await openGarbage(parts);
  try {
    await garbage.collect({ signal, unasked: true });
    const { trees, contents } = await garbage.usage();
    await writeMark(parts.home, trees.bytes + contents.bytes);
  } finally {
    await garbage.close();
  }
}
