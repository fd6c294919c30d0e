import { hash as hashOf } from 'node:crypto';
import { applyEvent } from '../domain/apply-event.ts';
import { canonicalJson } from '../domain/json.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import { EVENT_VERSION, type NewEvent, type PlanEvent } from '../domain/plan-event.ts';
import {
  errorOf,
  phaseOf,
  runStateOf,
  type Part,
  type PlanState,
  type TreeState,
} from '../domain/plan-state.ts';
import {
  addHash,
  formatStateHash,
  hashPartText,
  parseStateHash,
  subtractHash,
  type Sha256,
} from '../domain/state-hash.ts';
import { chainHash, toStoredPayload } from '../domain/stored-event.ts';
import type { TouchedPart } from '../domain/state-draft.ts';
import type { JournalEntry, JournalHead, PartChange, PlanHead } from '../ports/plan-store.ts';

export const sha256: Sha256 = (text) => hashOf('sha256', text);

/** What a writer knows of the journal's end. Immutable: a draft makes the next one, the commit decides. */
export interface JournalPosition {
  readonly tree: TreeState;
  readonly hash: string;
  readonly lastNumber: number;
  readonly stateHashes: ReadonlyMap<PlanId, bigint>;
  readonly lastCheckpoints: ReadonlyMap<PlanId, string>;
  /** The trees of those checkpoints; none where files were not captured. */
  readonly lastTrees: ReadonlyMap<PlanId, string>;
}

export function positionOf(tree: TreeState, head: JournalHead): JournalPosition {
  const lastCheckpoints = new Map<PlanId, string>();
  const lastTrees = new Map<PlanId, string>();
  const stateHashes = new Map<PlanId, bigint>();
  for (const [planId, plan] of head.plans) {
    stateHashes.set(planId, parseStateHash(plan.stateHash));
    if (plan.lastCheckpointId !== null) lastCheckpoints.set(planId, plan.lastCheckpointId);
    if (plan.lastTree !== null) lastTrees.set(planId, plan.lastTree);
  }
  return {
    tree: { ...tree, seq: head.seq },
    hash: head.hash,
    lastNumber: head.lastNumber,
    stateHashes,
    lastCheckpoints,
    lastTrees,
  };
}

const hashes = new WeakMap<Part, { readonly hash: bigint; readonly bytes: number }>();

/** A part's hash and size; parts never change, so each is measured once. */
function measure(touched: Pick<TouchedPart, 'section' | 'key'>, part: Part): { hash: bigint; bytes: number } {
  const known = hashes.get(part);
  if (known) return known;
  const value = canonicalJson(part.value);
  const hash = hashPartText(sha256, { ...touched, ord: part.ord, value });
  const measured = { hash, bytes: value.length };
  hashes.set(part, measured);
  return measured;
}

/** True if a plan's state is at most `limit` bytes of JSON, roughly. Stops counting there. */
export function isSmallState(plan: PlanState, limit: number): boolean {
  let bytes = 0;
  for (const [section, parts] of Object.entries(plan.parts)) {
    if (bytes + parts.size * 8 > limit) return false;
    for (const [key, part] of parts) {
      bytes += measure({ section: section as TouchedPart['section'], key }, part).bytes + key.length;
      if (bytes > limit) return false;
    }
  }
  return true;
}

/** The columns of a plan's row as its state says them. */
export function headOf(plan: PlanState, stateHash: string): PlanHead {
  const [phase, state, error] = [phaseOf(plan), runStateOf(plan), errorOf(plan)];
  return { plan_id: plan.planId, phase, state, error, state_hash: stateHash };
}

/** Adds events to a position, one after the other, and collects what has to be written for them. */
export class JournalDraft {
  readonly entries: JournalEntry[];
  readonly events: PlanEvent[];
  readonly #changedPlans: Set<PlanId>;
  #tree: TreeState;
  #hash: string;
  readonly #stateHashes: Map<PlanId, bigint>;
  readonly #before: JournalPosition;

  /** @param from goes on where another one is, which stays as it is */
  constructor(before: JournalPosition, from?: JournalDraft) {
    this.#before = before;
    this.entries = from ? [...from.entries] : [];
    this.events = from ? [...from.events] : [];
    this.#changedPlans = new Set(from ? from.#changedPlans : []);
    this.#tree = from ? from.#tree : before.tree;
    this.#hash = from ? from.#hash : before.hash;
    this.#stateHashes = new Map(from ? from.#stateHashes : before.stateHashes);
  }

  /** Another one that goes on from here. */
  copy(): JournalDraft {
    return new JournalDraft(this.#before, this);
  }

  /** The state after all that was added. */
  get tree(): TreeState {
    return this.#tree;
  }

  stateHash(planId: PlanId): string {
    return formatStateHash(this.#sumOf(planId));
  }

  add(rootId: PlanId, newEvent: NewEvent, at: string): void {
    const event = { ...newEvent, root_plan_id: rootId, seq: this.#tree.seq + 1, at } as PlanEvent;
    const applied = applyEvent(this.#tree, event);
    const changes = applied.touched.map((touched) => this.#changeOf(touched, applied.state));
    this.#hash = chainHash(
      sha256,
      this.#hash,
      { ...event, v: EVENT_VERSION },
      toStoredPayload(event, sha256),
    );
    this.#tree = applied.state;
    this.entries.push({ event, hash: this.#hash, changes });
    this.events.push(event);
    this.#changedPlans.add(event.plan_id);
  }

  heads(): PlanHead[] {
    return [...this.#changedPlans].flatMap((planId) => {
      const plan = this.#tree.plans.get(planId);
      if (!plan) return [];
      return [headOf(plan, this.stateHash(planId))];
    });
  }

  /** The position after everything in the draft, with the checkpoints it was given. */
  position(checkpoints: readonly Checkpoint[]): JournalPosition {
    const lastCheckpoints = new Map(this.#before.lastCheckpoints);
    const lastTrees = new Map(this.#before.lastTrees);
    for (const { id, plan_id, tree_hash } of checkpoints) {
      lastCheckpoints.set(plan_id, id);
      if (tree_hash === null) lastTrees.delete(plan_id);
      else lastTrees.set(plan_id, tree_hash);
    }
    const lastNumber = Math.max(
      this.#before.lastNumber,
      ...checkpoints.map((checkpoint) => checkpoint.number),
    );
    return {
      tree: this.#tree,
      hash: this.#hash,
      lastNumber,
      stateHashes: this.#stateHashes,
      lastCheckpoints,
      lastTrees,
    };
  }

  #changeOf(touched: TouchedPart, after: TreeState): PartChange {
    const { planId, section, key } = touched;
    const oldPart = this.#tree.plans.get(planId)?.parts[section].get(key);
    const newPart = after.plans.get(planId)?.parts[section].get(key);
    let sum = this.#sumOf(planId);
    if (oldPart) sum = subtractHash(sum, measure(touched, oldPart).hash);
    if (newPart) sum = addHash(sum, measure(touched, newPart).hash);
    this.#stateHashes.set(planId, sum);
    this.#changedPlans.add(planId);
    return { planId, section, key, part: newPart ?? null };
  }

  #sumOf(planId: PlanId): bigint {
    return this.#stateHashes.get(planId) ?? 0n;
  }
}
