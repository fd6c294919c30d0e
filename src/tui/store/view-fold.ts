import { List } from 'immutable';
import { applyEvent } from '../../domain/apply-event.ts';
import type { CallId, PlanId } from '../../domain/ids.ts';
import type { BlobRef, EventPayloads, EventType, PlanEvent } from '../../domain/plan-event.ts';
import { callOf, callsOf, EMPTY_TREE, type TreeState } from '../../domain/plan-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { GrowingTimeline } from './growing-timeline.ts';
import { toLogEntry } from './log-entry.ts';
import { NO_HISTORY, withEvent } from './node-history.ts';
import type { CallStanding } from './output-shelf.ts';
import type { Urgency } from './pacer.ts';
import { followPhases } from './phase-spans.ts';
import { KEPT_ENTRIES, type LogEntry, type PhaseSpan, type PlanView } from './plan-view.ts';
import { SettingsHistory } from './plan-settings.ts';
import { NONE_TOLERATED, withTolerated } from './tolerated-steps.ts';
import { WaitingList } from './waiting-list.ts';

/** The part of a view that follows from events alone. */
export type FoldedView = Omit<PlanView, 'rootId' | 'outputs' | 'runner' | 'caughtUp' | 'fault'>;

const ENDS: ReadonlySet<EventType> = new Set([
  'plan.completed',
  'plan.failed',
  'plan.paused',
  'plan.cancelled',
]);

/** Folds a journal into what a screen shows; what one event costs doesn't grow with the journal. */
export class ViewFold {
  readonly #rootId: PlanId;
  readonly #glyphs: Glyphs;
  readonly #waiting = new WaitingList();
  readonly #calls = new Map<CallId, { readonly planId: PlanId; log: BlobRef | null }>();
  readonly #timeline = new GrowingTimeline();
  readonly #settings = new SettingsHistory();
  #head = { name: '', workspace: '', goal: null as string | null };
  #tree: TreeState = EMPTY_TREE;
  #log: List<LogEntry> = List();
  #phases: readonly PhaseSpan[] = [];
  #tolerated = NONE_TOLERATED;
  #history = NO_HISTORY;

  constructor(rootId: PlanId, glyphs: Glyphs) {
    this.#rootId = rootId;
    this.#glyphs = glyphs;
  }

  /** A fork begins with a state, before its first event. */
  begin(base: TreeState): void {
    this.#tree = base;
    this.#waiting.begin(base);
    for (const plan of base.plans.values()) {
      for (const { id } of callsOf(plan)) this.#calls.set(id, { planId: plan.planId, log: null });
    }
  }

  /** @throws BugError if the events don't fit together */
  add(events: readonly PlanEvent[]): void {
    const entries: LogEntry[] = [];
    try {
      for (const event of events) {
        this.#tree = applyEvent(this.#tree, event).state;
        entries.push(toLogEntry(event, this.#tree, this.#glyphs));
        this.#note(event);
      }
    } finally {
      this.#log = this.#log.concat(entries).takeLast(KEPT_ENTRIES);
    }
  }

  value(): FoldedView {
    return {
      ...this.#head,
      tree: this.#tree,
      tolerated: this.#tolerated,
      settings: this.#settings.value(),
      history: this.#history,
      checkpoints: this.#timeline.value(),
      log: this.#log,
      phases: this.#phases,
      waiting: this.#waiting.items(this.#tree),
    };
  }

  standing(callId: CallId): CallStanding {
    const known = this.#calls.get(callId);
    const plan = known && this.#tree.plans.get(known.planId);
    // A retried subplan starts without the calls of its last attempt; their logs are there still.
    const call = plan && callOf(plan, callId);
    return {
      isRunning: call?.status === 'running',
      log: known?.log ?? null,
      result: call?.result ?? null,
    };
  }

  /** How soon a person wants to know. */
  urgencyOf(event: PlanEvent): Urgency {
    if (event.plan_id === this.#rootId && ENDS.has(event.type)) return 'now';
    const isAsking = event.type === 'decision.made' && event.payload.decision.chosen === null;
    return isAsking || event.type === 'checkpoint.created' ? 'early' : 'paced';
  }

  #mark({ checkpoint_id, ...mark }: EventPayloads['checkpoint.marked']): void {
    this.#timeline.change(checkpoint_id, mark);
  }

  #note(event: PlanEvent): void {
    this.#waiting.take(event);
    this.#timeline.take(event);
    this.#settings.take(event);
    this.#tolerated = withTolerated(this.#tolerated, event);
    this.#history = withEvent(this.#history, event);
    if (event.type === 'tool.started') {
      this.#calls.set(event.payload.call_id, { planId: event.plan_id, log: null });
    } else if (event.type === 'tool.output') {
      this.#calls.set(event.payload.call_id, { planId: event.plan_id, log: event.payload.log });
    } else if (event.type === 'checkpoint.created') this.#timeline.add(event.payload.checkpoint);
    else if (event.type === 'checkpoint.marked') this.#mark(event.payload);
    else if (event.type === 'checkpoint.deleted') this.#timeline.remove(event.payload.checkpoint_id);
    else if (event.type === 'checkpoint.pruned') this.#timeline.prune(event.payload.numbers);
    if (event.plan_id !== this.#rootId) return;
    this.#phases = followPhases(this.#phases, event);
    if (event.type === 'plan.created' || event.type === 'plan.forked') {
      const { name, workspace, goal } = event.payload;
      this.#head = { name, workspace, goal };
    }
  }
}
