import { toErrorValue, type ErrorValue } from '../../domain/errors.ts';
import type { CallId, PlanId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import type { OutputSource } from '../../ports/output-source.ts';
import type { PlanFeed, RunnerStanding } from '../../ports/plan-feed.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { OutputShelf } from './output-shelf.ts';
import { Pacer, type Urgency } from './pacer.ts';
import type { PlanView } from './plan-view.ts';
import { ViewFold } from './view-fold.ts';

export interface ViewStoreDeps {
  readonly feed: PlanFeed;
  readonly output: OutputSource;
  readonly glyphs: Glyphs;
  readonly rootId: PlanId;
  /** Calls `fn` once in `ms`; returns what prevents it. */
  readonly schedule: (ms: number, fn: () => void) => () => void;
}

/** Faster than this nobody reads, and each telling costs a frame. */
const NOTIFY_MS = 66;

/**
 * The screen's view of a plan: folds what the feed tells and says that there is a new view, at most once per 66 ms, at
 * once where a person waits for it.
 */
export class ViewStore {
  readonly #feed: PlanFeed;
  readonly #rootId: PlanId;
  readonly #fold: ViewFold;
  readonly #shelf: OutputShelf;
  readonly #pacer: Pacer;
  readonly #listeners = new Set<() => void>();
  #runner: RunnerStanding = { kind: 'unknown' };
  #caughtUp = false;
  #fault: ErrorValue | null = null;
  /** The journal made no sense: what follows would make less. */
  #isBroken = false;
  #hasStopped = false;
  #view: PlanView;

  constructor({ feed, output, glyphs, rootId, schedule }: ViewStoreDeps) {
    this.#feed = feed;
    this.#rootId = rootId;
    this.#fold = new ViewFold(rootId, glyphs);
    this.#pacer = new Pacer(NOTIFY_MS, schedule, () => this.#publish());
    this.#shelf = new OutputShelf(
      output,
      (callId) => this.#fold.standing(callId),
      () => this.#changed('paced'),
    );
    this.#view = this.#makeView();
  }

  start(): void {
    this.#feed.start({
      onBase: (base) => this.#fold.begin(base),
      onEvents: (events) => this.#take(events),
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#changed('now');
      },
      onRunner: (runner) => {
        this.#runner = runner;
        this.#changed('early');
      },
      onFault: (fault) => {
        if (this.#isBroken) return;
        this.#fault = fault;
        this.#changed('early');
      },
    });
  }

  /** Resolves when nothing will change any more. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    this.#pacer.stop();
    this.#shelf.stop();
    await this.#feed.stop();
  }

  /** The same object until the next notification. */
  readonly getView = (): PlanView => this.#view;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  /** The calls whose output is on the screen now. */
  showOutput(callIds: readonly CallId[]): void {
    if (!this.#hasStopped) this.#shelf.show(callIds);
  }

  #take(events: readonly PlanEvent[]): void {
    if (this.#isBroken) return;
    try {
      this.#fold.add(events);
    } catch (thrown) {
      this.#isBroken = true;
      this.#fault = toErrorValue(thrown);
    }
    this.#shelf.settle();
    this.#changed(this.#isBroken ? 'now' : this.#urgencyOf(events));
  }

  /** While the history is told nothing in it is news. */
  #urgencyOf(events: readonly PlanEvent[]): Urgency {
    if (!this.#caughtUp) return 'paced';
    const all = new Set(events.map((event) => this.#fold.urgencyOf(event)));
    if (all.has('now')) return 'now';
    return all.has('early') ? 'early' : 'paced';
  }

  #changed(urgency: Urgency): void {
    if (!this.#hasStopped) this.#pacer.changed(urgency);
  }

  #publish(): void {
    this.#view = this.#makeView();
    for (const listener of this.#listeners) listener();
  }

  #makeView(): PlanView {
    return {
      ...this.#fold.value(),
      rootId: this.#rootId,
      outputs: this.#shelf.outputs(),
      runner: this.#runner,
      caughtUp: this.#caughtUp,
      fault: this.#fault,
    };
  }
}
