import type { EventPayloads } from '../../domain/plan-event.ts';

/** `rolled back to checkpoint 12: 3 paths`, for sentences of any kind. */
export function rollbackWords({
  number,
  to_seq,
  changes,
}: Pick<EventPayloads['plan.rolled_back'], 'number' | 'to_seq' | 'changes'>): string {
  const where = number === null ? `its state at event ${to_seq}` : `checkpoint ${number}`;
  const files = changes === null ? '' : `, ${changes.count} ${changes.count === 1 ? 'path' : 'paths'}`;
  return `rolled back to ${where}${files}`;
}
