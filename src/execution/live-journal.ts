import type { Capture, Checkpoint, CheckpointContext, Trigger } from '../domain/checkpoint.ts';
import { BugError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { NewEvent, PlanEvent } from '../domain/plan-event.ts';
import { phaseOf, runStateOf, type PlanState, type TreeState } from '../domain/plan-state.ts';
import { INLINE_SNAPSHOT_BYTES, snapshotOf, type StoredSnapshot } from '../domain/state-snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { CheckpointCommit, PlanJournal } from '../ports/plan-journal.ts';
import type { Commit, NewPlan, PlanStore } from '../ports/plan-store.ts';
import type { EventBus } from './event-bus.ts';
import { isSmallState, JournalDraft, positionOf, type JournalPosition } from './journal-draft.ts';

/** What a journal needs from outside. */
export interface JournalDependencies {
  readonly plans: PlanStore;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How many paths differ between two trees; absent: checkpoints don't say. */
  readonly countFileChanges?: (before: string, after: string) => Promise<number | null>;
}

const NOT_CAPTURED: Capture = { status: 'none', reason: 'files are not captured', paths: [] };

/** How long an event may wait for the next commit. */
const SOON_MS = 5;

/** Triggers whose snapshot always stands whole in its row, so that it can be read with nothing else. */
const WHOLE_SNAPSHOTS: readonly Trigger[] = ['manual', 'on_error'];

/** The one writer of a root plan's journal: commits in order, then publishes. */
export class LiveJournal implements PlanJournal {
  readonly rootId: PlanId;
  readonly workspace: string;
  readonly #deps: JournalDependencies;
  readonly #fence: number;
  /** The end of what is written. */
  #position: JournalPosition;
  /** What was added behind it and is still to be written. */
  #pending: JournalDraft | null = null;
  #timer: NodeJS.Timeout | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    deps: JournalDependencies,
    root: { readonly plan_id: PlanId; readonly workspace: string },
    fence: number,
    position: JournalPosition,
  ) {
    this.#deps = deps;
    this.rootId = root.plan_id;
    this.workspace = root.workspace;
    this.#fence = fence;
    this.#position = position;
  }

  /** Opens the journal at its end. `fence` is that of the lease this process holds. @throws NotFoundError */
  static async open(deps: JournalDependencies, rootId: PlanId, fence: number): Promise<LiveJournal> {
    const root = await deps.plans.get(rootId);
    const head = await deps.plans.head(rootId);
    const tree = await deps.plans.stateAt(rootId);
    return new LiveJournal(deps, root, fence, positionOf(tree, head));
  }

  /** The newest checkpoint's number; null before the first. */
  get lastCheckpointNumber(): number | null {
    return this.#position.lastNumber === 0 ? null : this.#position.lastNumber;
  }

  get tree(): TreeState {
    return this.#pending?.tree ?? this.#position.tree;
  }

  plan(planId: PlanId): PlanState {
    return planIn(this.tree, planId);
  }

  commit(
    events: readonly NewEvent[],
    newPlans: readonly NewPlan[] = [],
    endOperation?: string,
  ): Promise<readonly PlanEvent[]> {
    return this.#inTurn(async () => {
      const waiting = this.#pending?.events.length ?? 0;
      const draft = this.#draft(events);
      await this.#write(draft, newPlans, [], endOperation);
      return draft.events.slice(waiting);
    });
  }

  commitSoon(events: readonly NewEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#pending = this.#draft(events);
      if (this.#timer === null) this.#timer = setTimeout(() => this.#flushLate(), SOON_MS);
    });
  }

  #flushLate(): void {
    this.#timer = null;
    // What can't be written now is still there for the next commit, which says why it can't.
    void this.flush().catch(() => undefined);
  }

  flush(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#pending) await this.#write(this.#pending, [], []);
    });
  }

  commitCheckpoint(
    trigger: Trigger,
    context: CheckpointContext,
    more: CheckpointCommit = {},
  ): Promise<Checkpoint> {
    return this.#inTurn(async () => {
      const draft = this.#draft(more.events ?? []);
      const checkpoint = await this.#describe(draft, trigger, context, more.parentId);
      const snapshot = snapshotFor(checkpoint, draft.tree);
      const created = {
        type: 'checkpoint.created',
        plan_id: context.planId,
        payload: { checkpoint },
      } as const;
      draft.add(this.rootId, created, checkpoint.created_at);
      await this.#write(draft, [], [{ checkpoint, snapshot }], more.endOperation);
      return checkpoint;
    });
  }

  /** One at a time, in the order of the calls; a failure of one doesn't stop the next. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work, work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  #draft(events: readonly NewEvent[]): JournalDraft {
    const draft = this.#pending?.copy() ?? new JournalDraft(this.#position);
    const at = new Date(this.#deps.clock.now()).toISOString();
    for (const event of events) draft.add(this.rootId, event, at);
    return draft;
  }

  async #write(
    draft: JournalDraft,
    newPlans: readonly NewPlan[],
    checkpoints: Commit['checkpoints'],
    endOperation?: string,
  ): Promise<void> {
    await this.#deps.plans.append({
      rootId: this.rootId,
      fence: this.#fence,
      expectedSeq: this.#position.tree.seq,
      entries: draft.entries,
      newPlans,
      heads: draft.heads(),
      checkpoints,
      ...(endOperation === undefined ? {} : { endOperation }),
    });
    this.#pending = null;
    this.#position = draft.position(checkpoints.map(({ checkpoint }) => checkpoint));
    for (const event of draft.events) this.#deps.bus.emitEvent(event);
  }

  async #describe(
    draft: JournalDraft,
    trigger: Trigger,
    context: CheckpointContext,
    parentId = this.#position.lastCheckpoints.get(context.planId),
  ): Promise<Checkpoint> {
    const plan = planIn(draft.tree, context.planId);
    const { files } = context;
    return {
      id: this.#deps.ids.next(),
      number: this.#position.lastNumber + 1,
      plan_id: context.planId,
      root_plan_id: this.rootId,
      created_at: new Date(this.#deps.clock.now()).toISOString(),
      seq: draft.tree.seq + 1,
      trigger,
      label: context.label ?? null,
      phase: phaseOf(plan),
      state: runStateOf(plan),
      step_id: context.stepId ?? null,
      tool: context.tool ?? null,
      tool_call_id: context.callId ?? null,
      attempt: context.attempt ?? null,
      outcome: context.outcome ?? null,
      capture: files?.capture ?? NOT_CAPTURED,
      tree_hash: files?.tree ?? null,
      state_hash: draft.stateHash(context.planId),
      files_changed: await this.#countChanges(context.planId, files?.tree ?? null),
      bytes: files?.bytes ?? 0,
      parent_id: parentId ?? null,
      pinned: trigger === 'pre_rollback',
      metadata: context.metadata ?? {},
    };
  }

  /** Against the checkpoint before; null if one of the two holds no files, or there is none before. */
  async #countChanges(planId: PlanId, tree: string | null): Promise<number | null> {
    const before = this.#position.lastTrees.get(planId);
    if (before === undefined || tree === null) return null;
    return before === tree ? 0 : ((await this.#deps.countFileChanges?.(before, tree)) ?? null);
  }
}

function planIn(tree: TreeState, planId: PlanId): PlanState {
  const plan = tree.plans.get(planId);
  if (!plan) throw new BugError('unknown_plan', `plan ${planId} is not in the journal of ${tree.rootId}`);
  return plan;
}

function snapshotFor(checkpoint: Checkpoint, tree: TreeState): StoredSnapshot {
  const { plan_id, root_plan_id, seq, trigger, label } = checkpoint;
  const whole = label !== null || WHOLE_SNAPSHOTS.includes(trigger);
  const plan = planIn(tree, plan_id);
  if (whole || isSmallState(plan, INLINE_SNAPSHOT_BYTES)) return { v: 1, state: snapshotOf(plan) };
  return { v: 1, as_of: { root_plan_id, plan_id, seq } };
}
