import type { RollbackResult } from '../../ports/rollback-control.ts';

/** `3 paths`, `1 path`. */
export function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What a rollback did, in one line. */
export function rollbackResultText({ target, scope, isNothing, ...done }: RollbackResult): string {
  const { number, seq } = target;
  const where = number === null ? `event ${seq}` : `checkpoint ${number}`;
  if (isNothing) return `nothing to do: all is as it was at ${where}`;
  const { actions, conflicts, damaged, left } = done;
  const kept = conflicts.filter(({ resolution }) => resolution === 'keep').length;
  const parts = [
    scope === 'plan_only' ? 'state only' : `${countText(actions.length, 'path', 'paths')} changed`,
    ...(kept === 0 ? [] : [`${countText(kept, 'conflict', 'conflicts')} kept as they are`]),
    ...(damaged.length === 0 ? [] : [`${countText(damaged.length, 'damaged path', 'damaged paths')} left`]),
    ...(left.length === 0 ? [] : [`${left.length} left: somebody changed them meanwhile`]),
  ];
  return `rolled back to ${where}: ${parts.join(', ')}; u undoes it, p goes on`;
}
