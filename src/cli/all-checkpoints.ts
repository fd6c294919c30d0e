import type { Checkpoint } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';

/** Every checkpoint of a plan and its subplans, in order. */
export async function allCheckpoints(
  store: Pick<CheckpointStore, 'list'>,
  planId: PlanId,
): Promise<readonly Checkpoint[]> {
  const all: Checkpoint[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.list({ planId, tree: true, ...(cursor === null ? {} : { cursor }) });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}
