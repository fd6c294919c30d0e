import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCheckpointSettings } from '../config/live-settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';

const MIB = 1024 * 1024;

/** When everything was looked after last, and how much the object store held when all that may go was gone: "1234\n". */
export const markFile = (home: string): string => join(home, 'collected');

/** @param stored bytes; null: that isn't known yet */
export async function writeMark(home: string, stored: number | null): Promise<void> {
  await writeFile(markFile(home), stored === null ? '' : `${stored}\n`, { mode: 0o600 });
}

/**
 * What had to stay was more than there may be: that stands in the history of each run until it isn't so any more, once, and screens show
 * it. It costs one small file; nothing is measured for it.
 */
export async function noteOverfull(home: string, journal: PlanJournal, loaded: LoadedConfig): Promise<void> {
  const { maxBytes } = toCheckpointSettings(loaded).retention;
  const stored = Number(await readFile(markFile(home), 'utf8').catch(() => ''));
  if (maxBytes === null || !(stored > maxBytes)) return;
  const over = `${Math.ceil((stored - maxBytes) / MIB)} MiB`;
  const text = `${over} over core.checkpoints.retention.max_bytes, and what is left has to stay: agents plan checkpoint prune says why`;
  await journal.commit([{ type: 'note.added', plan_id: journal.rootId, payload: { text, step_id: null } }]);
}
