import type { App } from '../app/compose.ts';
import { isFinal } from '../domain/event-handlers.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { Session } from './session.ts';
import { abortOnSignals, type SignalWatch } from './run-signals.ts';

const PAGE_EVENTS = 500;
const POLL_MS = 100;

export interface FollowOptions {
  /** Hears the whole tree's events. */
  readonly onEvent: (event: PlanEvent) => void;
  /** Called once when the history so far has been told. */
  readonly onCaughtUp?: () => Promise<void>;
  /** True: goes on until the plan has ended, the reader is gone or a signal comes. */
  readonly follow: boolean;
}

/** Tells a plan's history, and what is added to it by whatever process. Resolves with the exit code of a signal, or null. */
export async function followPlan(
  session: Session,
  plan: PlanSummary,
  options: FollowOptions,
): Promise<number | null> {
  const { plans } = await (await session.app()).storage();
  const watch = abortOnSignals(session.io);
  try {
    let seq = 0;
    let told = false;
    for (;;) {
      const version = plans.dataVersion();
      // Asked before reading: what a final state was made of is then surely read.
      const ended = isFinal((await plans.get(plan.root_plan_id)).state);
      seq = await tellEvents(plans, plan.root_plan_id, seq, options.onEvent);
      if (!told) await options.onCaughtUp?.();
      told = true;
      if (ended || !options.follow || isOver(session, watch)) break;
      await waitForChange(session, plans, version, watch);
    }
    return watch.exitCode();
  } finally {
    watch.off();
  }
}

type Plans = Awaited<ReturnType<App['storage']>>['plans'];

async function tellEvents(
  plans: Plans,
  rootId: PlanId,
  afterSeq: number,
  onEvent: (event: PlanEvent) => void,
): Promise<number> {
  let seq = afterSeq;
  for (;;) {
    const events = await plans.events(rootId, seq, PAGE_EVENTS);
    for (const event of events) onEvent(event);
    seq = events.at(-1)?.seq ?? seq;
    if (events.length < PAGE_EVENTS) return seq;
  }
}

/** Nobody wants to hear more. */
const isOver = ({ io }: Session, watch: SignalWatch): boolean => watch.signal.aborted || io.stdout.closed;

async function waitForChange(
  session: Session,
  plans: Plans,
  version: number,
  watch: SignalWatch,
): Promise<void> {
  while (!isOver(session, watch) && plans.dataVersion() === version) {
    await session.clock.sleep(POLL_MS);
  }
}
