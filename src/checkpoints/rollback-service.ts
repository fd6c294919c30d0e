import type { Checkpoint } from '../domain/checkpoint.ts';
import { ConflictError } from '../domain/errors.ts';
import { shortId, type CheckpointId, type PlanId } from '../domain/ids.ts';
import { markEvents } from '../domain/mark-checkpoint.ts';
import type { ConflictChoice } from '../domain/plan-restore.ts';
import { formatPhaseState, type PlanRecord } from '../domain/plan.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { Operation } from '../ports/operation-store.ts';
import type { PlanStanding } from '../ports/plan-control.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type {
  ForkedPlan,
  InterruptedOperation,
  PlanDifference,
  RollbackChoices,
  RollbackControl,
  RollbackPreview,
  RollbackResult,
  RunningPlan,
} from '../ports/rollback-control.ts';
import { correctDecision } from './correct-decision.ts';
import { diffPlan } from './diff-plan.ts';
import { forkPlan } from './fork-plan.ts';
import { prepareApply } from './prepare-apply.ts';
import { prepareRollback, targetOf } from './prepare-rollback.ts';
import { standingIn } from './restore-operation.ts';
import type { RollbackDependencies, Working } from './rollback-dependencies.ts';
import { whatOf } from './rollback-progress.ts';
import {
  abortRollback,
  continueRollback,
  finishOpenRecovery,
  runRestore,
  runRollback,
} from './run-rollback.ts';
import { lastApply, sandboxOf } from './sandbox.ts';

/** Rollback, undo, fork, diff, correct and apply of one home's plans. */
export class RollbackService implements RollbackControl {
  readonly #deps: RollbackDependencies;

  constructor(deps: RollbackDependencies) {
    this.#deps = deps;
  }

  async preview(
    planId: PlanId,
    checkpointId: CheckpointId,
    choices: RollbackChoices,
    working: Working,
  ): Promise<RollbackPreview> {
    const { plan, checkpoint } = await this.#find(planId, checkpointId);
    const live = await this.#deps.plans.stateAt(plan.plan_id);
    return (await prepareRollback(this.#deps, plan, live, targetOf(checkpoint), choices, working)).preview;
  }

  async rollBack(
    planId: PlanId,
    checkpointId: CheckpointId,
    choices: RollbackChoices,
    running: RunningPlan,
    working: Working,
  ): Promise<RollbackResult> {
    const { plan, checkpoint } = await this.#find(planId, checkpointId);
    const order = { plan, target: targetOf(checkpoint), choices };
    return await this.#withJournal(plan, running, working, (journal) =>
      runRollback(this.#deps, journal, order, working),
    );
  }

  async undoTarget(
    planId: PlanId,
  ): Promise<{ readonly checkpoint: Checkpoint; readonly scope: RollbackChoices['scope'] }> {
    const { plans, checkpoints } = this.#deps;
    const { root_plan_id } = await plans.get(planId);
    const rollbacks = await plans.eventsOfType(root_plan_id, 'plan.rolled_back');
    const rollback = rollbacks.findLast(isAskedFor);
    const applied = await lastApply(plans, root_plan_id);
    const isApplyLast = applied !== null && applied.seq > (rollback?.seq ?? 0);
    const applyId = isApplyLast ? applied.payload.pre_apply_id : null;
    if (applyId) {
      return { checkpoint: await checkpoints.resolve(root_plan_id, applyId), scope: 'plan_and_files' };
    }
    if (rollback?.type !== 'plan.rolled_back' || rollback.payload.pre_rollback_id === null || isApplyLast) {
      const id = shortId(root_plan_id);
      throw new ConflictError(
        'nothing_to_undo',
        'this plan was never rolled back: there is nothing to undo',
        {
          nextSteps: [`agents plan checkpoint list ${id}`, `agents plan rollback ${id} CHECKPOINT`],
        },
      );
    }
    const { pre_rollback_id, scope } = rollback.payload;
    return { checkpoint: await checkpoints.resolve(root_plan_id, pre_rollback_id), scope };
  }

  async interrupted(): Promise<readonly InterruptedOperation[]> {
    return (await this.#interrupted()).map((operation) => ({
      id: operation.id,
      kind: operation.kind as InterruptedOperation['kind'],
      planId: operation.root_plan_id as PlanId,
      workspace: operation.workspace as string,
      startedAt: operation.started_at,
      what: whatOf(operation.progress),
    }));
  }

  async continue(interrupted: InterruptedOperation, working: Working): Promise<RollbackResult> {
    return await this.#adopt(interrupted, working, continueRollback);
  }

  async abort(interrupted: InterruptedOperation, working: Working): Promise<PlanStanding> {
    return await this.#adopt(interrupted, working, abortRollback);
  }

  async fork(
    planId: PlanId,
    checkpointId: CheckpointId,
    into: string | null,
    working: Working,
  ): Promise<ForkedPlan> {
    const { checkpoint } = await this.#find(planId, checkpointId);
    return await forkPlan(this.#deps, checkpoint, into, working);
  }

  async diff(
    planId: PlanId,
    from: CheckpointId,
    to: CheckpointId | null,
    working: Working,
  ): Promise<PlanDifference> {
    const { plan, checkpoint } = await this.#find(planId, from);
    const other = to === null ? null : await this.#deps.checkpoints.resolve(plan.plan_id, to);
    return await diffPlan(this.#deps, plan, checkpoint, other, working);
  }

  async previewCorrect(
    planId: PlanId,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    working: Working,
  ): Promise<RollbackPreview> {
    const plan = await this.#root(planId);
    const live = await this.#deps.plans.stateAt(plan.plan_id);
    const wanted = { planId, rootId: plan.plan_id, decision, choice };
    const { target, isUntouched } = await correctDecision(this.#deps, live, wanted);
    const chosen = withoutFiles(choices, isUntouched);
    return (await prepareRollback(this.#deps, plan, live, target, chosen, working)).preview;
  }

  async correct(
    planId: PlanId,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    running: RunningPlan,
    working: Working,
  ): Promise<RollbackResult> {
    const plan = await this.#root(planId);
    return await this.#withJournal(plan, running, working, async (journal) => {
      const wanted = { planId, rootId: plan.plan_id, decision, choice };
      const { isUntouched, ...correction } = await correctDecision(this.#deps, journal.tree, wanted);
      const order = { plan, choices: withoutFiles(choices, isUntouched), ...correction };
      return await runRollback(this.#deps, journal, order, working);
    });
  }

  async previewApply(
    planId: PlanId,
    onConflict: ConflictChoice,
    working: Working,
  ): Promise<RollbackPreview | null> {
    const plan = await this.#root(planId);
    const sandbox = await sandboxOf(this.#deps.plans, plan.plan_id);
    return sandbox && (await prepareApply(this.#deps, plan, sandbox, onConflict, working)).preview;
  }

  async apply(
    planId: PlanId,
    onConflict: ConflictChoice,
    working: Working,
  ): Promise<{ readonly standing: PlanStanding; readonly files: RollbackResult | null }> {
    const plan = await this.#root(planId);
    const sandbox = await sandboxOf(this.#deps.plans, plan.plan_id);
    return await this.#withJournal(plan, 'refuse', working, async (journal) => {
      requireComplete(journal);
      const last = plan.last_checkpoint_id;
      const pins = last
        ? markEvents(await this.#deps.checkpoints.resolve(planId, last), { pinned: true })
        : [];
      if (sandbox) {
        const order = {
          plan,
          kind: 'apply',
          what: 'apply',
          prepare: () => prepareApply(this.#deps, plan, sandbox, onConflict, working),
          choices: {},
          workspace: sandbox.folder,
          afterwards: pins,
        } as const;
        const files = await runRestore(this.#deps, journal, order, working);
        return { standing: files.standing, files };
      }
      const payload = { checkpoint_id: plan.last_checkpoint_id };
      await journal.commit([...pins, { type: 'plan.applied', plan_id: plan.plan_id, payload }]);
      return { standing: standingIn(journal), files: null };
    });
  }

  async #withJournal<T>(
    plan: PlanRecord,
    running: RunningPlan,
    working: Working,
    work: (journal: PlanJournal) => Promise<T>,
  ): Promise<T> {
    return await this.#deps.withJournal(plan.plan_id, running, working, async (journal) => {
      const [left] = await openIn(this.#deps, plan.plan_id);
      if (left) throw interruptedError({ what: whatOf(left.progress), startedAt: left.started_at });
      await finishOpenRecovery(this.#deps, journal, plan, working);
      return await work(journal);
    });
  }

  async #adopt<T>(
    { id, planId }: InterruptedOperation,
    working: Working,
    end: (
      deps: RollbackDependencies,
      journal: PlanJournal,
      plan: PlanRecord,
      operation: Operation,
      working: Working,
    ) => Promise<T>,
  ): Promise<T> {
    const { operations, processes, withJournal, plans } = this.#deps;
    return await withJournal(planId, 'refuse', working, async (journal) => {
      const operation = (await openIn(this.#deps, planId)).find((open) => open.id === id);
      if (!operation || !(await operations.adopt(id, operation.process, processes.self))) {
        throw new ConflictError('operation_ended', 'it has ended, or another process works on it by now');
      }
      const plan = await plans.get(planId);
      return await end(this.#deps, journal, plan, operation, working);
    });
  }

  /** Those that nobody works on any more: by a kill, or by an error of a process that may live. */
  async #interrupted(): Promise<readonly Operation[]> {
    const { operations, processes, holderOf } = this.#deps;
    const left: Operation[] = [];
    for (const operation of (await operations.open()).filter(isRestore)) {
      const { process, root_plan_id } = operation;
      const holder = await holderOf?.(root_plan_id as PlanId);
      const isHeld = holder?.pid === process.pid && holder.start_time === process.start_time;
      if (!isHeld || processes.liveness(process) === 'gone') left.push(operation);
    }
    return left;
  }

  async #find(
    planId: PlanId,
    checkpointId: CheckpointId,
  ): Promise<{ readonly plan: PlanRecord; readonly checkpoint: Checkpoint }> {
    const plan = await this.#root(planId);
    return { plan, checkpoint: await this.#deps.checkpoints.resolve(plan.plan_id, checkpointId) };
  }

  async #root(planId: PlanId): Promise<PlanRecord> {
    const { root_plan_id } = await this.#deps.plans.get(planId);
    return await this.#deps.plans.get(root_plan_id);
  }
}

/** A write that was cut off is taken back without anybody asking: that isn't undone. */
function isAskedFor(event: PlanEvent): boolean {
  if (event.type !== 'plan.rolled_back') return false;
  return event.payload.checkpoint_id !== null || event.payload.scope !== 'files_only';
}

/**
 * The rollbacks and applies of a plan that were cut off, as the holder of its lease sees them: whoever began one has given it up,
 * also if that process lives.
 */
export async function openIn(
  { operations }: Pick<RollbackDependencies, 'operations'>,
  rootId: PlanId,
): Promise<readonly Operation[]> {
  return (await operations.open()).filter((one) => isRestore(one) && one.root_plan_id === rootId);
}

function isRestore({ kind }: Operation): boolean {
  return kind === 'rollback' || kind === 'apply';
}

/** What every command says that would build on a workspace in the middle of a rollback. */
export function interruptedError({
  what,
  startedAt,
}: Pick<InterruptedOperation, 'what' | 'startedAt'>): ConflictError {
  return new ConflictError('operation_interrupted', `a ${what} was cut off`, {
    hint: `it was begun at ${startedAt}; plan and files may be half way`,
    nextSteps: ['agents plan rollback --continue', 'agents plan rollback --abort'],
  });
}

/** Where the plan has written nothing, no file goes back: then it needs none to be stored either. */
function withoutFiles(choices: RollbackChoices, isUntouched: boolean): RollbackChoices {
  return isUntouched && choices.scope === 'plan_and_files' ? { ...choices, scope: 'plan_only' } : choices;
}

/** @throws ConflictError `plan_applied`, `not_complete` */
function requireComplete(journal: PlanJournal): void {
  const { phase, state } = standingIn(journal);
  const id = shortId(journal.rootId);
  if (phase === 'apply') {
    throw new ConflictError('plan_applied', 'the plan is applied already', {
      nextSteps: [`agents plan status ${id}`],
    });
  }
  if (state === 'complete') return;
  throw new ConflictError(
    'not_complete',
    `only a complete plan is applied: this one is ${formatPhaseState(phase, state)}`,
    {
      nextSteps: [`agents plan execute ${id}`, `agents plan status ${id}`],
    },
  );
}
