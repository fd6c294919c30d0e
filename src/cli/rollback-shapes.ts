import { isSameState } from '../domain/file-state.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { RestoreAction } from '../domain/plan-restore.ts';
import { toPathJson, type RawPath } from '../domain/raw-path.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { RollbackPreview, RollbackResult } from '../ports/rollback-control.ts';
import { compensationToJson } from './compensation-text.ts';
import { verbOf, type FileVerb } from '../tui/words/file-patch.ts';

/** What becomes of one path. */
export interface RevertedPath {
  readonly path: RawPath;
  readonly action: FileVerb;
}

/** The paths that change, without folders that are only opened for a change in them, and without those left as they are. */
export function revertedPaths(
  actions: readonly RestoreAction[],
  left: RollbackResult['left'] = [],
): readonly RevertedPath[] {
  const stayed = new Set(left.map(({ path }) => path));
  return actions.flatMap(({ path, from, to }) =>
    isSameState(from, to) || stayed.has(path) ? [] : [{ path, action: verbOf({ before: from, after: to }) }],
  );
}

/** `data` of rollback, undo and correct once it is done (docs/json.md). */
export function resultToJson(result: RollbackResult): JsonObject {
  const { preRollback, rollback, left, standing, checkpoints } = result;
  return shapeOf(result, {
    preRollbackId: preRollback?.id ?? null,
    rollbackId: rollback?.id ?? null,
    reverted: revertedPaths(result.actions, left),
    left,
    dryRun: false,
    after: { phase: standing.phase, state: standing.state, checkpoints },
  });
}

/** The same of what would be done. `after`: how the plan would stand; null where nobody can say. */
export function previewToJson(preview: RollbackPreview, after: Json): JsonObject {
  return shapeOf(preview, {
    preRollbackId: null,
    rollbackId: null,
    reverted: revertedPaths(preview.actions),
    left: [],
    dryRun: true,
    after,
  });
}

/** How a plan stands where nothing happened to it. */
export const standingToJson = ({ phase, state, checkpoints }: PlanSummary): JsonObject => ({
  phase,
  state,
  checkpoints,
});

interface Done {
  readonly preRollbackId: string | null;
  readonly rollbackId: string | null;
  readonly reverted: readonly RevertedPath[];
  readonly left: RollbackResult['left'];
  readonly dryRun: boolean;
  readonly after: Json;
}

function shapeOf(preview: RollbackPreview, done: Done): JsonObject {
  const { planId, target, scope, conflicts, excluded, notUndone, impact, heads, damaged } = preview;
  const { compensations = [] } = preview;
  return {
    rollback_summary: {
      plan_id: planId,
      to_checkpoint_id: target.checkpointId,
      pre_rollback_checkpoint_id: done.preRollbackId,
      rollback_checkpoint_id: done.rollbackId,
      scope,
      files_reverted: done.reverted.length,
      dry_run: done.dryRun,
    },
    changes_reverted: done.reverted.map(({ path, action }) => ({ ...toPathJson(path), action })),
    conflicts: conflicts.map(({ path, resolution, savedAs }) => ({
      ...toPathJson(path),
      resolution,
      ...(savedAs === undefined ? {} : { saved_as: toPathJson(savedAs).path }),
    })),
    excluded: excluded.map(({ path, reason }) => ({ ...toPathJson(path), reason })),
    left: done.left.map(({ path, reason }) => ({ ...toPathJson(path), reason })),
    damaged: damaged.map((path) => ({ ...toPathJson(path) })),
    heads: heads.map(({ path, before, after }) => ({ ...toPathJson(path), before, after })),
    not_undone: notUndone.map(({ step_id, what }) => ({ step_id, what })),
    compensations: compensations.map(compensationToJson),
    impact: { ...impact },
    post_rollback_state: done.after,
  };
}
