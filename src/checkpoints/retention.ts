import type { PlanEvent } from '../domain/plan-event.ts';
import type { RetentionRules } from '../domain/retention.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { LiveSettings } from '../ports/settings.ts';
import { pruneCheckpoints, type RetentionStores } from './prune-checkpoints.ts';

/** So many more than there may be are waited for: a tenth, at least some and at most as many. */
const [LEAST_SLACK, MOST_SLACK] = [20, 500];

export interface RetentionDependencies {
  readonly stores: RetentionStores;
  readonly journal: PlanJournal;
  readonly settings: Pick<LiveSettings, 'checkpoints'>;
  readonly clock: Clock;
  readonly restores: boolean;
}

/** Keeps the checkpoints of one run within their bounds while it goes on, beside it: no step ever waits for it. */
export class Retention implements EventListener {
  readonly #deps: RetentionDependencies;
  readonly #stop = new AbortController();
  #count: number;
  #work: Promise<void> | null = null;
  #pruned = 0;

  /** @param count how many the plan has with its subplans */
  constructor(deps: RetentionDependencies, count: number) {
    this.#deps = deps;
    this.#count = count;
  }

  onEvent(event: PlanEvent): void {
    if (event.type === 'checkpoint.pruned') this.#count -= event.payload.count;
    if (event.type === 'checkpoint.deleted') this.#count -= 1;
    if (event.type !== 'checkpoint.created') return;
    this.#count += 1;
    const { maxPerPlan } = this.#rules;
    if (maxPerPlan !== null && this.#count > maxPerPlan + slackOf(maxPerPlan)) this.#begin();
  }

  /** At the end of the run: what is too much or too old goes now. Resolves with how many went in all; it never throws. */
  async finish(): Promise<number> {
    await this.#work;
    await this.#prune();
    return this.#pruned;
  }

  /** Ends what goes on, with the transaction that is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  get #rules(): RetentionRules {
    return this.#deps.settings.checkpoints().retention;
  }

  #begin(): void {
    this.#work ??= this.#prune().finally(() => (this.#work = null));
  }

  /** Too many checkpoints are no fault of the run: whatever is in the way, the next time tries again. */
  async #prune(): Promise<void> {
    const { stores, journal, clock, restores } = this.#deps;
    const order = { rules: this.#rules, now: clock.now(), restores };
    try {
      this.#pruned += await pruneCheckpoints(stores, journal, order, this.#stop.signal);
    } catch (thrown) {
      this.failure = thrown;
    }
  }

  /** What was in the way the last time; undefined: nothing. */
  failure: unknown;
}

function slackOf(max: number): number {
  return Math.min(MOST_SLACK, Math.max(LEAST_SLACK, Math.floor(max / 10)));
}
