import { planRestore, type ConflictChoice } from '../domain/plan-restore.ts';
import type { Sandbox } from '../domain/plan-event.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { PathHistory } from '../domain/plan-restore.ts';
import { WorkspaceError } from '../domain/errors.ts';
import type { CapturedFiles } from '../ports/workspace-files.ts';
import { findDamaged, isChange, type PreparedRollback } from './prepare-rollback.ts';
import { captureNow, type RollbackDependencies, type Working } from './rollback-dependencies.ts';

const NOTHING_BACK = { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 };

/**
 * What applying a sandbox does to the folder it was made from, three ways: base is what the folder held then, mine what it
 * holds now, theirs what the sandbox holds.
 */
export async function prepareApply(
  deps: RollbackDependencies,
  plan: PlanRecord,
  { folder, tree }: Sandbox,
  onConflict: ConflictChoice,
  working: Working,
): Promise<PreparedRollback> {
  const theirs = await capture(deps, plan, working, { keep: [tree] });
  const done = await deps.files.changes(tree, theirs.tree);
  const must = done.map(({ path }) => path);
  const mine = await capture(deps, plan, working, { keep: [tree, theirs.tree], must, workspace: folder });
  // The plan's own proof for a deletion: it stood there when the copy was made, and the plan took it away in the copy.
  const history = new Map<string, PathHistory>(
    done.map(({ path, before, after }) => [path, { base: before, created: after === null }]),
  );
  const differences = await deps.files.changes(mine.tree, theirs.tree);
  const now = new Map((await deps.files.list(mine.tree)).map(({ path, state }) => [path, state]));
  const restore = planRestore({ differences, history, scope: 'plan', paths: [], onConflict, now });
  const actions = restore.actions.filter(isChange);
  const preview = {
    planId: plan.root_plan_id,
    workspace: folder,
    target: { checkpointId: plan.last_checkpoint_id, number: null, seq: 0, tree: theirs.tree },
    scope: 'files_only' as const,
    ...restore,
    actions,
    damaged: await findDamaged(deps, restore.actions, working),
    notUndone: [],
    impact: NOTHING_BACK,
    heads: [],
    isNothing: actions.length === 0,
  };
  return { preview, now: mine, state: null, actions: restore.actions };
}

/** @throws WorkspaceError where the configuration leaves files out */
async function capture(...look: Parameters<typeof captureNow>): Promise<CapturedFiles> {
  const captured = await captureNow(...look);
  if (captured) return captured;
  throw new WorkspaceError('no_capture', "a sandbox can't be applied without looking at its files", {
    hint: 'core.checkpoints.files is false',
    nextSteps: ['agents config set core.checkpoints.files true'],
  });
}
