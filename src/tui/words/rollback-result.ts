import type { RunState } from '../../domain/plan.ts';
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
    ...(scope === 'files_only' ? ['the state of the plan stays'] : []),
    ...(kept === 0 ? [] : [`${countText(kept, 'conflict', 'conflicts')} kept as they are`]),
    ...(damaged.length === 0 ? [] : [`${countText(damaged.length, 'damaged path', 'damaged paths')} left`]),
    ...(left.length === 0 ? [] : [`${left.length} left: somebody changed them meanwhile`]),
  ];
  const what = target.isWayBack === true ? `as before the rollback, ${where}` : `rolled back to ${where}`;
  return `${what}: ${parts.join(', ')}; ${['u undoes it', ...goingOn(done.standing.state)].join(', ')}`;
}

/** How the plan goes on from there, if it does. */
function goingOn(state: RunState): readonly string[] {
  if (state === 'errored') return ['r retries'];
  return state === 'complete' || state === 'cancelled' || state === 'applied' ? [] : ['p goes on'];
}

/** What accepting a result did; null: no file went anywhere. */
export function appliedText(files: RollbackResult | null): string {
  if (files === null) return 'applied: the result is accepted';
  const { actions, workspace } = files;
  return `applied: ${countText(actions.length, 'path', 'paths')} changed in ${workspace}`;
}
