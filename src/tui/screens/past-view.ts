import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { TreeState } from '../../domain/plan-state.ts';
import type { LogEntry, PhaseSpan, PlanView } from '../store/plan-view.ts';
import type { Reading } from './file-reader.ts';

/** The tree of plans at a place of the journal. */
export type TreeReader = (seq: number) => Reading<TreeState>;

/** A view as it was at a checkpoint: what came later isn't in it. */
export function pastView(view: PlanView, tree: TreeState, checkpoint: Checkpoint): PlanView {
  const { seq, created_at } = checkpoint;
  return {
    ...view,
    tree,
    checkpoints: view.checkpoints.upTo(seq),
    log: view.log.slice(0, firstAfter(view.log, seq)),
    phases: view.phases.flatMap((span) => phaseAt(span, created_at)),
    waiting: [],
  };
}

function phaseAt(span: PhaseSpan, at: string): readonly PhaseSpan[] {
  if (span.startedAt > at) return [];
  return [span.endedAt !== null && span.endedAt > at ? { ...span, endedAt: null } : span];
}

/** The place of the first entry after `seq`; they are in the journal's order. */
function firstAfter(log: PlanView['log'], seq: number): number {
  let [low, high] = [0, log.size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((log.get(middle) as LogEntry).seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
