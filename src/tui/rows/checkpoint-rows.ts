import type { Checkpoint, Trigger } from '../../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../../domain/ids.ts';
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

/** The rows of a list of checkpoints, newest first: each is made when somebody looks at it. */
export class CheckpointRows {
  readonly count: number;
  readonly #view: PlanView;
  readonly #options: CheckpointListOptions;
  readonly #isWhole: boolean;
  /** The places of those that are wanted, oldest first; unused where all are. */
  readonly #places: readonly number[];
  readonly #paths = new Map<PlanId, string>();

  /** `before`: the list that was shown until now; what it has found isn't looked for again. */
  constructor(view: PlanView, options: CheckpointListOptions, before: CheckpointRows | null = null) {
    this.#view = view;
    this.#options = options;
    this.#isWhole = options.filter === '' && options.triggers === 'all';
    this.#places = this.#isWhole ? [] : this.#find(before);
    this.count = this.#isWhole ? view.checkpoints.size : this.#places.length;
  }

  /** From 0, the newest. */
  at(index: number): CheckpointRow | undefined {
    const { checkpoints } = this.#view;
    const place = this.count - 1 - index;
    const checkpoint = checkpoints.at(this.#isWhole ? place : (this.#places[place] ?? -1));
    if (!checkpoint) return undefined;
    const numberCells = Math.max(2, String(checkpoints.last()?.number).length);
    return {
      id: checkpoint.id,
      checkpoint,
      planPath: this.#pathOf(checkpoint.plan_id),
      isLeft: checkpoints.isLeft(checkpoint),
      numberCells,
    };
  }

  /** -1 if it isn't in the list. */
  indexOf(id: CheckpointId | null): number {
    const place = this.#view.checkpoints.indexOf(id);
    const found = this.#isWhole ? place : placeIn(this.#places, place);
    return found === -1 ? -1 : this.count - 1 - found;
  }

  byId(id: CheckpointId | null): CheckpointRow | undefined {
    return this.at(this.indexOf(id));
  }

  slice(from: number, to: number): readonly CheckpointRow[] {
    const rows: CheckpointRow[] = [];
    for (let index = from; index < Math.min(to, this.count); index += 1)
      rows.push(this.at(index) as CheckpointRow);
    return rows;
  }

  #find(before: CheckpointRows | null): readonly number[] {
    const { checkpoints } = this.#view;
    const { filter, triggers } = this.#options;
    const wanted = filter.toLowerCase();
    const isWanted = (place: number): boolean => {
      const checkpoint = checkpoints.at(place) as Checkpoint;
      if (triggers !== 'all' && checkpoint.trigger !== triggers) return false;
      return wanted === '' || this.#searchText(checkpoint).includes(wanted);
    };
    const known = before && this.#isWider(before) ? before : null;
    const places = known ? known.#places.filter((place) => this.#isSame(known) || isWanted(place)) : [];
    const first = known ? known.#view.checkpoints.size : 0;
    for (let place = first; place < checkpoints.size; place += 1) if (isWanted(place)) places.push(place);
    return places;
  }

  /** True if all that is wanted now was wanted then, and nothing is gone since. */
  #isWider(before: CheckpointRows): boolean {
    const { filter, triggers } = before.#options;
    const isTrigger = triggers === 'all' || triggers === this.#options.triggers;
    const isText = this.#options.filter.toLowerCase().includes(filter.toLowerCase());
    return (
      !before.#isWhole && isTrigger && isText && this.#view.checkpoints.continues(before.#view.checkpoints)
    );
  }

  #isSame(before: CheckpointRows): boolean {
    const { filter, triggers } = before.#options;
    return filter === this.#options.filter && triggers === this.#options.triggers;
  }

  #pathOf(planId: PlanId): string {
    const within = ` ${this.#options.glyphs.within} `;
    const path = this.#paths.get(planId) ?? safeText(planPath(this.#view.tree, planId).join(within));
    this.#paths.set(planId, path);
    return path;
  }

  #searchText(checkpoint: Checkpoint): string {
    const { number, trigger, plan_id } = checkpoint;
    const words = `${number} ${TRIGGER_WORDS[trigger]} ${this.#pathOf(plan_id)}`;
    return `${words} ${checkpointSubject(checkpoint)}`.toLowerCase();
  }
}

/** The place of a number in numbers that grow; -1 if it isn't there. */
function placeIn(numbers: readonly number[], wanted: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((numbers[middle] as number) >= wanted) high = middle;
    else low = middle + 1;
  }
  return numbers[low] === wanted ? low : -1;
}
