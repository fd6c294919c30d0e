import type { Checkpoint, Trigger } from '../../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../../domain/ids.ts';

/** What timelines have in common of which one is the beginning of the other: it only grows. */
export interface Trunk {
  /** By number, and so in the order of the journal. */
  readonly checkpoints: Checkpoint[];
  /** The bytes of each with those of all before it. */
  readonly bytes: number[];
  /** Also of those that are in no timeline any more. */
  readonly numbers: Map<CheckpointId, number>;
  readonly ofSteps: Map<string, Checkpoint[]>;
  /** The number of the first checkpoint of each trigger. */
  readonly triggers: Map<Trigger, number>;
  /** The rollbacks of the plan's state, in order. */
  readonly turns: Turn[];
}

/** A rollback: its place in the journal, and the one that it went back to. */
export interface Turn {
  readonly seq: number;
  readonly toSeq: number;
}

const stepKey = (planId: PlanId, stepId: string): string => `${planId}/${stepId}`;

export function newTrunk(numbers: Map<CheckpointId, number> = new Map(), turns: Turn[] = []): Trunk {
  return { checkpoints: [], bytes: [], numbers, ofSteps: new Map(), triggers: new Map(), turns };
}

export function addToTrunk(trunk: Trunk, checkpoint: Checkpoint): void {
  const { id, number, plan_id, step_id, trigger } = checkpoint;
  trunk.bytes.push((trunk.bytes.at(-1) ?? 0) + checkpoint.bytes);
  trunk.checkpoints.push(checkpoint);
  trunk.numbers.set(id, number);
  if (!trunk.triggers.has(trigger)) trunk.triggers.set(trigger, number);
  if (step_id === null) return;
  const key = stepKey(plan_id, step_id);
  const known = trunk.ofSteps.get(key);
  if (known) known.push(checkpoint);
  else trunk.ofSteps.set(key, [checkpoint]);
}

/**
 * The checkpoints of a whole tree of plans, by number. Immutable, and made at no cost: one that has grown, and one of
 * an earlier moment, share all that they have in common. Nothing here looks at more of them than it tells.
 */
export class Timeline implements Iterable<Checkpoint> {
  readonly size: number;
  readonly #trunk: Trunk;
  /** The part of the journal that it is about. */
  readonly #seq: number;
  #left: readonly Turn[] | null = null;
  readonly #turnCount: number;

  constructor(trunk: Trunk, size = trunk.checkpoints.length, seq = Infinity) {
    this.#trunk = trunk;
    this.size = size;
    this.#seq = seq;
    this.#turnCount = trunk.turns.length;
  }

  static of(checkpoints: Iterable<Checkpoint>): Timeline {
    const trunk = newTrunk();
    for (const checkpoint of checkpoints) addToTrunk(trunk, checkpoint);
    return new Timeline(trunk);
  }

  /** What they added to the object store together. */
  get bytes(): number {
    return this.#trunk.bytes[this.size - 1] ?? 0;
  }

  /** How many there were that are there no more, deleted or pruned by retention; of an earlier moment nobody knows. */
  get gone(): number {
    return this.#seq < Infinity ? 0 : this.#trunk.numbers.size - this.#trunk.checkpoints.length;
  }

  /** From 0, the oldest. */
  at(index: number): Checkpoint | undefined {
    return index < this.size ? this.#trunk.checkpoints[index] : undefined;
  }

  last(): Checkpoint | undefined {
    return this.at(this.size - 1);
  }

  /** The place of a checkpoint; -1 if it isn't there. */
  indexOf(id: CheckpointId | null): number {
    const number = id === null ? undefined : this.#trunk.numbers.get(id);
    if (number === undefined) return -1;
    const index = firstWhere(this.#trunk.checkpoints, this.size, (one) => one.number >= number);
    return this.at(index)?.id === id ? index : -1;
  }

  byId(id: CheckpointId | null): Checkpoint | undefined {
    return this.at(this.indexOf(id));
  }

  /** The beginning of it up to a place of the journal. */
  upTo(seq: number): Timeline {
    const size = firstWhere(this.#trunk.checkpoints, this.size, (one) => one.seq > seq);
    return new Timeline(this.#trunk, size, seq);
  }

  /** True if this is `before`, and maybe more. */
  continues(before: Timeline): boolean {
    return this.#trunk === before.#trunk && this.size >= before.size;
  }

  /** True if a trigger has taken one of them. */
  has(trigger: Trigger): boolean {
    return (this.#trunk.triggers.get(trigger) ?? Infinity) <= (this.last()?.number ?? 0);
  }

  /** The last checkpoints of a step that hold, at most `count`, oldest first. */
  lastOfStep(planId: PlanId, stepId: string, count: number): readonly Checkpoint[] {
    const all = this.#trunk.ofSteps.get(stepKey(planId, stepId)) ?? [];
    const newest = this.last()?.number ?? 0;
    const found: Checkpoint[] = [];
    const end = firstWhere(all, all.length, (one) => one.number > newest);
    for (let index = end - 1; index >= 0 && found.length < count; index -= 1) {
      const one = all[index] as Checkpoint;
      if (!this.isLeft(one)) found.push(one);
    }
    return found.reverse();
  }

  /** True if a rollback went back behind it: it stands on a branch that the plan has left. */
  isLeft({ seq }: Checkpoint): boolean {
    this.#left ??= leftBy(this.#trunk.turns.slice(0, this.#turnCount), this.#seq);
    return this.#left.some((turn) => turn.toSeq < seq && seq < turn.seq);
  }

  *[Symbol.iterator](): Generator<Checkpoint> {
    for (let index = 0; index < this.size; index += 1) yield this.#trunk.checkpoints[index] as Checkpoint;
  }
}

/** The rollbacks that made the way to a place of the journal what it is; others were undone, or came later. */
function leftBy(turns: readonly Turn[], seq: number): readonly Turn[] {
  const left: Turn[] = [];
  let at = seq;
  for (const turn of turns.toReversed()) {
    if (turn.seq > at) continue;
    left.push(turn);
    at = turn.toSeq;
  }
  return left;
}

/** The place of the first of `count` that is wanted, where all after a wanted one are, too; `count` if none is. */
function firstWhere(
  checkpoints: readonly Checkpoint[],
  count: number,
  isWanted: (checkpoint: Checkpoint) => boolean,
): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isWanted(checkpoints[middle] as Checkpoint)) high = middle;
    else low = middle + 1;
  }
  return low;
}
