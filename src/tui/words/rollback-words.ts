import type { EventPayloads } from '../../domain/plan-event.ts';

/** `rolled back to checkpoint 12: 3 paths`, for sentences of any kind. */
export function rollbackWords({
  number,
  to_seq,
  scope,
  changes,
}: Pick<EventPayloads['plan.rolled_back'], 'number' | 'to_seq' | 'scope' | 'changes'>): string {
  const between =
    scope === 'files_only' ? 'before what failed or was cut off' : `its state at event ${to_seq}`;
  const where = number === null ? between : `checkpoint ${number}`;
  const files = changes === null ? '' : `, ${changes.count} ${changes.count === 1 ? 'path' : 'paths'}`;
  return `rolled back to ${where}${files}`;
}
