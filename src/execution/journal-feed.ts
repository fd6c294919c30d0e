import { toErrorValue } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { FeedListener, PlanFeed, RunnerStanding } from '../ports/plan-feed.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';

const PAGE_EVENTS = 500;
const POLL_MS = 100;
/** A runner that was killed changes nothing in the database, so it is looked for by itself. */
const RUNNER_POLL_MS = 500;

export interface JournalFeedDependencies {
  readonly plans: Pick<PlanStore, 'events' | 'stateAt' | 'dataVersion'>;
  readonly leases: Pick<LeaseStore, 'read'>;
  readonly processes: Pick<ProcessTable, 'liveness'>;
  readonly clock: Clock;
  /** The process that this command started for the plan; null if there is none. */
  readonly ownPid: () => number | null;
}

/** Reads a plan's journal as it grows, whatever process writes it. */
export class JournalFeed implements PlanFeed {
  readonly #deps: JournalFeedDependencies;
  readonly #rootId: PlanId;
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;
  #isNews = false;
  #seq = 0;
  #runner: RunnerStanding = { kind: 'unknown' };
  #runnerSeenAt = Number.NEGATIVE_INFINITY;
  #isFaulty = false;

  constructor(deps: JournalFeedDependencies, rootId: PlanId) {
    this.#deps = deps;
    this.#rootId = rootId;
  }

  start(listener: FeedListener): void {
    this.#work = this.#follow(listener);
  }

  /** There is something new: looks at once instead of at the next turn. */
  wake(): void {
    this.#isNews = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#work;
  }

  async #follow(listener: FeedListener): Promise<void> {
    let seen: number | null = null;
    let isCaughtUp = false;
    while (!this.#stop.signal.aborted) {
      // Whoever wakes it may know of what this process has written itself: that changes no version here.
      if (this.#isNews) seen = null;
      this.#isNews = false;
      try {
        seen = await this.#look(listener, seen);
        if (this.#isFaulty) listener.onFault(null);
        this.#isFaulty = false;
        if (!isCaughtUp && !this.#stop.signal.aborted) listener.onCaughtUp();
        isCaughtUp = true;
      } catch (thrown) {
        seen = null;
        if (!this.#isFaulty) listener.onFault(toErrorValue(thrown));
        this.#isFaulty = true;
      }
      await this.#rest();
    }
  }

  /** Tells what is new; resolves with the version of the data that it has seen. */
  async #look(listener: FeedListener, seen: number | null): Promise<number> {
    const version = this.#deps.plans.dataVersion();
    const isChanged = version !== seen;
    const { clock } = this.#deps;
    if (isChanged) await this.#tell(listener);
    else if (clock.elapsed() - this.#runnerSeenAt >= RUNNER_POLL_MS) await this.#lookAtRunner(listener);
    return version;
  }

  async #tell(listener: FeedListener): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const events = await this.#deps.plans.events(this.#rootId, this.#seq, PAGE_EVENTS);
      // Before them: who wrote them had the lease by then, and nobody shall seem to run a plan that runs.
      await this.#lookAtRunner(listener);
      const last = events.at(-1);
      if (!last) return;
      if (events[0]?.type === 'plan.forked')
        listener.onBase(await this.#deps.plans.stateAt(this.#rootId, events[0].seq));
      this.#seq = last.seq;
      listener.onEvents(events);
      if (events.length < PAGE_EVENTS) return;
    }
  }

  async #lookAtRunner(listener: FeedListener): Promise<void> {
    const runner = await this.#standing();
    this.#runnerSeenAt = this.#deps.clock.elapsed();
    if (JSON.stringify(runner) === JSON.stringify(this.#runner)) return;
    this.#runner = runner;
    listener.onRunner(runner);
  }

  async #standing(): Promise<RunnerStanding> {
    const lease = await this.#deps.leases.read(this.#rootId);
    // Who holds it for a moment, to do what was asked, doesn't run the plan.
    if (lease?.role !== 'runner') return { kind: 'nobody' };
    const { pid } = lease.holder;
    if (this.#deps.processes.liveness(lease.holder) === 'gone')
      return { kind: 'lost', how: `process ${pid} is gone` };
    return { kind: 'running', pid, since: lease.since, ours: pid === this.#deps.ownPid() };
  }

  async #rest(): Promise<void> {
    if (this.#isNews || this.#stop.signal.aborted) return;
    const sleep = new AbortController();
    this.#wake = () => sleep.abort();
    // Ended early by news.
    await this.#deps.clock.sleep(POLL_MS, sleep.signal).catch(() => undefined);
    this.#wake = null;
  }
}
