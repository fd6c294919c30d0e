import { fromChangeJson } from '../domain/file-change-json.ts';
import { isSameState, type FileChange, type FileState } from '../domain/file-state.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import { callsOf, subplansOf, type PlanState, type ToolCallState } from '../domain/plan-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { FailedAttempt } from '../ports/restore-attempt.ts';
import { readChanges } from './file-recorder.ts';
import { changesOf, eventsAfter } from './path-history.ts';

/** What an attempt did to one path: what stood there before it, and what it left. */
export interface AttemptPath {
  readonly to: FileState | null;
  readonly base: FileState | null;
}

/** What the write windows of one attempt did. */
export interface AttemptWindows {
  readonly paths: ReadonlyMap<RawPath, AttemptPath>;
  /** The first of them: the files before it, and when that was, milliseconds since 1970. null: none opened. */
  readonly first: { readonly tree: string; readonly at: number } | null;
  /** Steps of which nobody knows what they did. */
  readonly unknown: readonly string[];
}

interface Stores {
  readonly plans: PlanStore;
  readonly blobs: BlobStore;
}

type Started = Extract<PlanEvent, { readonly type: 'tool.started' }>;

/** The calls of an attempt, and where the journal begins to speak of them. */
interface Scope {
  /** The first event that may be the attempt's; null if the journal holds none. */
  readonly since: number | null;
  readonly has: (planId: PlanId, call: Pick<ToolCallState, 'id' | 'step_id'>) => boolean;
  /** Whose calls the state still has. */
  readonly plans: readonly PlanState[];
}

/**
 * The windows of one attempt alone: what ran beside it is not in them. A write that was cut off is not either: it was taken back
 * when the run went on, or a person wanted it to stay.
 * @throws StorageError
 */
export async function readAttempt(
  stores: Stores,
  journal: PlanJournal,
  attempt: FailedAttempt,
): Promise<AttemptWindows> {
  const isLive = await liveHistory(stores.plans, journal.rootId);
  const scope = await scopeOf(stores.plans, journal, attempt, isLive);
  const windows = new Windows(stores.blobs, scope);
  if (scope.since !== null) {
    for await (const event of eventsAfter(stores.plans, journal.rootId, scope.since - 1)) {
      if (isLive(event.seq)) await windows.take(event);
    }
  }
  return windows.all();
}

type IsLive = (seq: number) => boolean;

/** True for the events that the state stands on: not for those that a rollback of the plan has left behind. */
async function liveHistory(plans: PlanStore, rootId: PlanId): Promise<IsLive> {
  const left: { readonly after: number; readonly before: number }[] = [];
  for (const event of (await plans.eventsOfType(rootId, 'plan.rolled_back')).toReversed()) {
    if (event.type !== 'plan.rolled_back' || event.payload.parts.length === 0) continue;
    // One that was undone is left behind itself.
    if (left.some(({ after }) => event.seq > after)) continue;
    left.push({ after: event.payload.to_seq, before: event.seq });
  }
  return (seq) => !left.some(({ after, before }) => seq > after && seq < before);
}

async function scopeOf(
  plans: PlanStore,
  journal: PlanJournal,
  attempt: FailedAttempt,
  isLive: IsLive,
): Promise<Scope> {
  if (attempt.subplan !== null) return await scopeOfSubplan(plans, journal, attempt, attempt.subplan, isLive);
  const plan = journal.plan(attempt.planId);
  const calls = callsOf(plan).filter(
    (call) => call.step_id === attempt.stepId && call.attempt === attempt.attempt,
  );
  const ids = new Set(calls.map(({ id }) => id));
  const places = calls.map(({ id }) => plan.parts.tool_calls.get(id)?.ord as number);
  const since = places.length === 0 ? null : Math.min(...places);
  return { since, has: (_, { id }) => ids.has(id), plans: [plan] };
}

/** With all below it: also calls that a retry within it has made the state forget. */
async function scopeOfSubplan(
  plans: PlanStore,
  journal: PlanJournal,
  { attempt }: FailedAttempt,
  { id, planId }: NonNullable<FailedAttempt['subplan']>,
  isLive: IsLive,
): Promise<Scope> {
  const { rootId, tree } = journal;
  const below = [...tree.plans.values()].filter((plan) => isBelow(tree.plans, plan, planId));
  const ids = new Set(below.map((plan) => plan.planId));
  const live = new Set([planId]);
  // A set that grows while it is walked: children of children too, without those that an attempt before it had.
  for (const parent of live) {
    for (const { plan_id } of subplansOf(journal.plan(parent))) live.add(plan_id);
  }
  // It is begun again by each run that goes on with it.
  const begin = (await plans.eventsOfType(rootId, 'subplan.started')).find(
    (event) =>
      event.type === 'subplan.started' &&
      event.payload.subplan_id === id &&
      event.payload.attempt === attempt &&
      isLive(event.seq),
  );
  return {
    since: begin?.seq ?? null,
    has: (owner) => ids.has(owner),
    plans: below.filter((plan) => live.has(plan.planId)),
  };
}

function isBelow(
  plans: { get(planId: PlanId): PlanState | undefined },
  plan: PlanState,
  topId: PlanId,
): boolean {
  for (
    let at: PlanState | undefined = plan;
    at;
    at = at.parentId === null ? undefined : plans.get(at.parentId)
  ) {
    if (at.planId === topId) return true;
  }
  return false;
}

class Windows {
  readonly #blobs: BlobStore;
  readonly #scope: Scope;
  readonly #paths = new Map<RawPath, AttemptPath>();
  readonly #open = new Map<string, Started>();
  readonly #ended = new Set<string>();
  readonly #unknown = new Set<string>();
  #first: AttemptWindows['first'] = null;

  constructor(blobs: BlobStore, scope: Scope) {
    this.#blobs = blobs;
    this.#scope = scope;
  }

  async take(event: PlanEvent): Promise<void> {
    if (event.type === 'tool.started') this.#start(event);
    else if (event.type === 'tool.completed' || event.type === 'tool.failed') await this.#end(event);
    else if (event.type === 'plan.rolled_back') await this.#takeBack(event);
  }

  all(): AttemptWindows {
    const paths = new Map([...this.#paths].filter(([, { to, base }]) => !isSameState(to, base)));
    return { paths, first: this.#first, unknown: [...this.#unknown, ...this.#missing()] };
  }

  #start(event: Started): void {
    const { effect, call_id, step_id, tree_before } = event.payload;
    if (effect !== 'write' || !this.#scope.has(event.plan_id, { id: call_id, step_id })) return;
    this.#open.set(call_id, event);
    if (tree_before !== null) this.#first ??= { tree: tree_before, at: Date.parse(event.at) };
  }

  async #end(event: Extract<PlanEvent, { type: 'tool.completed' | 'tool.failed' }>): Promise<void> {
    const started = this.#open.get(event.payload.call_id);
    if (started === undefined) return;
    this.#ended.add(event.payload.call_id);
    const changes = await this.#changesOf(event);
    if (changes === null) this.#unknown.add(started.payload.step_id);
    for (const { path, before, after } of changes ?? []) {
      const known = this.#paths.get(path);
      // What somebody else did between two windows is the attempt's no more than what stood there before it.
      const to = known !== undefined && isSameState(known.base, before) ? known.to : before;
      this.#paths.set(path, { to, base: after });
    }
  }

  /** What was taken back of it meanwhile, by a retry within it or by a person. A rollback of the plan has left its events behind. */
  async #takeBack(event: Extract<PlanEvent, { type: 'plan.rolled_back' }>): Promise<void> {
    if (event.payload.parts.length > 0) return;
    for (const { path, before, after } of (await this.#changesOf(event)) ?? []) {
      const known = this.#paths.get(path);
      if (known !== undefined && isSameState(known.base, before)) {
        this.#paths.set(path, { to: known.to, base: after });
      }
    }
  }

  async #changesOf(event: PlanEvent): Promise<readonly FileChange[] | null> {
    const changes = changesOf(event);
    return changes && (await readChanges(changes, this.#blobs)).map(fromChangeJson);
  }

  /** Writes that the state knows and this journal doesn't: those of a fork ran in its source. */
  #missing(): readonly string[] {
    return this.#scope.plans.flatMap((plan) =>
      callsOf(plan)
        .filter((call) => call.effect === 'write' && (call.status === 'complete' || call.status === 'failed'))
        .filter((call) => this.#scope.has(plan.planId, call) && !this.#ended.has(call.id))
        .map(({ step_id }) => step_id),
    );
  }
}
