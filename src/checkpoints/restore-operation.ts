import type { PlanRecord } from '../domain/plan.ts';
import { phaseOf, runStateOf, type PlanState } from '../domain/plan-state.ts';
import type { Operation, OperationKind } from '../ports/operation-store.ts';
import type { PlanStanding } from '../ports/plan-control.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { RollbackDependencies, Working } from './rollback-dependencies.ts';
import { lookingProgress } from './rollback-progress.ts';

export interface NewOperation {
  readonly plan: PlanRecord;
  readonly kind: OperationKind;
  readonly what: string;
  /** The folder that is written in, if it isn't the plan's own. */
  readonly workspace?: string | undefined;
  /** Of a recovery: kept while it looks, see recover-writes.ts. */
  readonly lastSign?: number | undefined;
}

/** Stores that something is going to be done to a workspace, before it is looked at. */
export async function beginOperation(
  deps: RollbackDependencies,
  { plan, kind, what, workspace = plan.workspace, lastSign }: NewOperation,
): Promise<Operation> {
  const operation: Operation = {
    id: deps.ids.next(),
    kind,
    root_plan_id: plan.root_plan_id,
    workspace,
    process: deps.processes.self,
    started_at: new Date(deps.clock.now()).toISOString(),
    progress: lookingProgress(what, lastSign),
  };
  await deps.operations.begin(operation);
  return operation;
}

/** Holds the workspace as a write tool would: no other plan writes in it meanwhile. */
export async function inWorkspace<T>(
  { lock, clock, ids, processes }: RollbackDependencies,
  { root_plan_id, workspace }: Pick<PlanRecord, 'root_plan_id' | 'workspace'>,
  { signal, onProgress }: Working,
  work: () => Promise<T>,
): Promise<T> {
  const holder = {
    plan_id: root_plan_id,
    step_id: 'rollback',
    call_id: ids.next(),
    tool: 'rollback',
    process: processes.self,
    since: new Date(clock.now()).toISOString(),
  };
  const held = await lock.acquire(workspace, holder, {
    signal,
    onWait: (other) => onProgress(`waits for the workspace, held by ${other.step_id} (${other.tool})`),
  });
  try {
    return await work();
  } finally {
    await held.release();
  }
}

/** How the plan stands, as the journal has it, and how many checkpoints it has. */
export async function standingOf(
  { plans }: RollbackDependencies,
  journal: PlanJournal,
): Promise<{ readonly standing: PlanStanding; readonly checkpoints: number }> {
  const { checkpoints } = await plans.footprint(journal.rootId);
  return { standing: standingIn(journal), checkpoints };
}

export function standingIn({ rootId, tree }: PlanJournal): PlanStanding {
  const root = tree.plans.get(rootId) as PlanState;
  return { plan_id: rootId, phase: phaseOf(root), state: runStateOf(root) };
}
