import type { Checkpoint, Trigger } from '../../domain/checkpoint.ts';
import type { PlanId } from '../../domain/ids.ts';
import { safeText } from '../lines/safe-text.ts';
import type { PlanView } from '../store/plan-view.ts';
import { checkpointSubject } from '../words/event-lines.ts';
import { TRIGGER_WORDS, type Glyphs } from '../words/glyphs.ts';
import { planPath } from '../words/plan-names.ts';
import type { CheckpointRow } from './checkpoint-row.ts';

export interface CheckpointListOptions {
  /** Only checkpoints whose row has this text; empty: all. */
  readonly filter: string;
  readonly triggers: 'all' | Trigger;
  readonly glyphs: Glyphs;
}

/** The checkpoints, newest first. */
export function checkpointRows(view: PlanView, options: CheckpointListOptions): readonly CheckpointRow[] {
  const { filter, triggers, glyphs } = options;
  const wanted = filter.toLowerCase();
  const paths = new Map<PlanId, string>();
  const pathOf = (planId: PlanId): string => {
    const path = paths.get(planId) ?? safeText(planPath(view.tree, planId).join(` ${glyphs.within} `));
    paths.set(planId, path);
    return path;
  };
  const numberCells = Math.max(2, String(view.checkpoints.last()?.number ?? 0).length);
  const rows: CheckpointRow[] = [];
  for (const checkpoint of view.checkpoints) {
    if (triggers !== 'all' && checkpoint.trigger !== triggers) continue;
    const planPath = pathOf(checkpoint.plan_id);
    if (wanted !== '' && !searchText(checkpoint, planPath).includes(wanted)) continue;
    rows.push({ id: checkpoint.id, checkpoint, planPath, numberCells });
  }
  return rows.reverse();
}

function searchText(checkpoint: Checkpoint, planPath: string): string {
  const { number, trigger } = checkpoint;
  return `${number} ${TRIGGER_WORDS[trigger]} ${planPath} ${checkpointSubject(checkpoint)}`.toLowerCase();
}
