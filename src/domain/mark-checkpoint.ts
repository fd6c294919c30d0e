import type { Checkpoint, CheckpointMark } from './checkpoint.ts';
import type { NewEvent } from './plan-event.ts';

/** The checkpoint as a mark leaves it. */
export function marked(checkpoint: Checkpoint, { label, pinned }: CheckpointMark): Checkpoint {
  return {
    ...checkpoint,
    ...(label === undefined ? {} : { label }),
    ...(pinned === undefined ? {} : { pinned }),
  };
}

/** What is to be recorded so that a checkpoint is marked; nothing if it is so already. */
export function markEvents(now: Checkpoint, { label, pinned }: CheckpointMark): readonly NewEvent[] {
  const change: CheckpointMark = {
    ...(label === undefined || label === now.label ? {} : { label }),
    ...(pinned === undefined || pinned === now.pinned ? {} : { pinned }),
  };
  if (Object.keys(change).length === 0) return [];
  const payload = { checkpoint_id: now.id, number: now.number, ...change };
  return [{ type: 'checkpoint.marked', plan_id: now.plan_id, payload }];
}
