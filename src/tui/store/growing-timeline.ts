import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import type { NumberRange } from '../../domain/retention.ts';
import { addToTrunk, newTrunk, Timeline, type Trunk } from './timeline.ts';

/** What has become of a checkpoint since it was made; `gone`: it was deleted. */
type Change = Partial<Checkpoint> | 'gone';

/** Makes the timeline of a journal: what one more checkpoint costs doesn't grow with their number. */
export class GrowingTimeline {
  #trunk: Trunk = newTrunk();
  #value = new Timeline(this.#trunk);
  readonly #changes = new Map<CheckpointId, Change>();
  readonly #ids = new Map<number, CheckpointId>();
  #hasTurned = false;

  add(checkpoint: Checkpoint): void {
    this.#ids.set(checkpoint.number, checkpoint.id);
    addToTrunk(this.#trunk, checkpoint);
  }

  /** A rollback: the plan's state is again what it was at a place of the journal. Every other event is none of its. */
  take({ type, seq, payload }: PlanEvent): void {
    if (type !== 'plan.rolled_back' || payload.scope === 'files_only') return;
    this.#trunk.turns.push({ seq, toSeq: payload.to_seq });
    this.#hasTurned = true;
  }

  remove(id: CheckpointId): void {
    this.#changes.set(id, 'gone');
  }

  /** Those of these numbers; what it costs doesn't grow with the others. */
  prune(ranges: readonly NumberRange[]): void {
    for (const [first, last] of ranges) {
      for (let number = first; number <= last; number += 1) {
        const id = this.#ids.get(number);
        if (id !== undefined) this.remove(id);
        this.#ids.delete(number);
      }
    }
  }

  /** A label or a pin that came later than the checkpoint. */
  change(id: CheckpointId, change: Pick<Partial<Checkpoint>, 'label' | 'pinned'>): void {
    const before = this.#changes.get(id);
    if (before !== 'gone') this.#changes.set(id, { ...before, ...change });
  }

  /** The same timeline until there is something new. */
  value(): Timeline {
    // What is gone or another now stands in timelines that somebody has: those stay as they are.
    if (this.#changes.size > 0) this.#trunk = this.#changed();
    const value = new Timeline(this.#trunk);
    // Also the other way round: they are one and the same.
    if (this.#hasTurned || !this.#value.continues(value)) this.#value = value;
    this.#hasTurned = false;
    return this.#value;
  }

  /** Once for however many changes there have been since the last time. */
  #changed(): Trunk {
    const trunk = newTrunk(this.#trunk.numbers, [...this.#trunk.turns]);
    for (const checkpoint of this.#trunk.checkpoints) {
      const change = this.#changes.get(checkpoint.id);
      if (change !== 'gone') addToTrunk(trunk, change ? { ...checkpoint, ...change } : checkpoint);
    }
    this.#changes.clear();
    return trunk;
  }
}
