import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutputLine } from '../ports/event-listener.ts';
import { sentenceFor } from './event-sentences.ts';
import type { Output } from './output.ts';
import { toSentence } from './spoken-words.ts';
import { ToldPlan, type PlanReporter, isTakenAtOnce } from './told-plan.ts';

export interface AccessibleReporterOptions {
  readonly output: Pick<Output, 'print' | 'room'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Calls a person who may be elsewhere; the text is printable. */
  readonly ring: (text: string) => void;
  /** The plan's state before the first event that will come. */
  readonly tree: TreeState;
  /** Also when steps and tools start. */
  readonly verbose: boolean;
  /** Nothing at all; only the state is kept. */
  readonly quiet: boolean;
  /** Only this plan and its subplans are told of; absent: the whole tree. */
  readonly within?: PlanId;
  /** Nobody can be asked here: a question that has a default takes it at once, and waits for no one. */
  readonly takesDefaults?: boolean;
}

/** Nobody is called for what is older: that is history. */
const RING_WITHIN_MS = 10_000;

/**
 * Says what happens to a plan, for screen readers and braille displays: append-only sentences without times, signs and
 * colours, one for each step that has ended.
 */
export class AccessibleReporter implements PlanReporter {
  readonly #options: AccessibleReporterOptions;
  readonly #told: ToldPlan;

  constructor(options: AccessibleReporterOptions) {
    this.#options = options;
    this.#told = new ToldPlan(options.tree, options.within);
  }

  get tree(): TreeState {
    return this.#told.tree;
  }

  covers(event: PlanEvent): boolean {
    return this.#told.covers(event);
  }

  onEvent(event: PlanEvent): void {
    const { verbose, quiet, clock, ring } = this.#options;
    this.#told.hear(event);
    const spoken = sentenceFor(event, this.tree);
    if (spoken === null || (spoken.minor && !verbose) || !this.covers(event)) return;
    if (this.#options.takesDefaults && isTakenAtOnce(event)) return;
    this.#say(spoken.text);
    const isNew = clock.now() - Date.parse(event.at) < RING_WITHIN_MS;
    if (spoken.rings && isNew && !quiet) ring(toPrintableLine(spoken.text));
  }

  onOutput(line: OutputLine): void {
    const names = this.#told.speaker(line);
    this.#say(names.length === 0 ? line.text : `${names.join(', ')}: ${line.text}`);
  }

  room(): Promise<void> | null {
    return this.#options.quiet ? null : this.#options.output.room();
  }

  onWaiting(message: string): void {
    this.#say(toSentence(message));
  }

  #say(text: string): void {
    if (!this.#options.quiet) this.#options.output.print(toPrintableLine(text));
  }
}
