import type { Checkpoint, CheckpointMark } from '../../domain/checkpoint.ts';
import type { PlanId } from '../../domain/ids.ts';
import { safeText } from '../lines/safe-text.ts';
import type { AskOptions, PlanControl } from '../../ports/plan-control.ts';
import type { ActingEffect } from '../ui/acting-messages.ts';
import type { UiEvent } from '../ui/ui-step.ts';

/** Does it, whoever runs the plan; resolves with what is said of it. */
export async function runActing(
  { checkpointId, mark }: ActingEffect,
  control: Pick<PlanControl, 'mark'>,
  rootId: PlanId,
  options: AskOptions,
): Promise<UiEvent> {
  const checkpoint = await control.mark(rootId, checkpointId, mark, options);
  return { kind: 'toast', tone: 'good', text: markedText(checkpoint, mark) };
}

function markedText({ number, label, pinned }: Checkpoint, mark: CheckpointMark): string {
  const name = `checkpoint ${number}`;
  if (mark.pinned !== undefined)
    return pinned ? `${name} is pinned: nobody deletes it` : `${name} is no longer pinned`;
  return label === null ? `${name} has no label now` : `${name} is labelled "${safeText(label)}"`;
}
