import type { CallId, PlanId } from '../../domain/ids.ts';
import type { Line } from '../lines/line.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { CallOutput, LogEntry, PlanView } from '../store/plan-view.ts';
import { callLines, entryLine, type LogOptions } from './log-line.ts';
import { planOfNode, plansWithin } from './node-plans.ts';

/** An event of the log, and where its lines begin. */
interface Told {
  readonly entry: LogEntry;
  at: number;
}

/** So many entries may be told that are no longer kept: to leave them out means to begin again. */
const STALE_ENTRIES = 1000;

/** The log of one node. What is added to it costs as much as it is long, not as the log is. */
export class GrowingLog {
  readonly #key: string;
  readonly #options: LogOptions;
  readonly #plans: ReadonlySet<PlanId>;
  readonly #isWanted: (entry: LogEntry) => boolean;
  /**
   * Of one step, and of what comes before the first, everything is told; of a whole plan only what its text form tells
   * without `--verbose`.
   */
  readonly #showsMinor: boolean;
  /** Needs no naming in its own log. */
  readonly #ownPlan: PlanId | null;
  readonly #firstSeq: number;
  readonly #told: Told[] = [];
  /** By call, the place in `#told` of the entry that its output stands below. */
  readonly #starts = new Map<CallId, number>();
  #lastSeq = 0;
  #outputs: PlanView['outputs'] = new Map();
  #lines: readonly Line[] = [];

  constructor(view: PlanView, node: NodeRef | null, options: LogOptions) {
    this.#key = keyOf(view, node, options);
    this.#options = options;
    this.#plans = plansWithin(view, node);
    this.#isWanted = entriesOf(view, node, this.#plans);
    this.#showsMinor = node?.kind === 'step' || (node?.kind === 'phase' && node.phase === 'strategize');
    this.#ownPlan = planOfNode(view, node)?.planId ?? null;
    this.#firstSeq = view.log.first()?.seq ?? 0;
  }

  /** True if the log of that is this one, and more of it at most. */
  continues(view: PlanView, node: NodeRef | null, options: LogOptions): boolean {
    const stale = (view.log.first()?.seq ?? 0) - this.#firstSeq;
    return (
      keyOf(view, node, options) === this.#key &&
      options.glyphs === this.#options.glyphs &&
      stale < STALE_ENTRIES &&
      // In the past one also goes back.
      (view.log.last()?.seq ?? 0) >= this.#lastSeq &&
      isSameSet(plansWithin(view, node), this.#plans)
    );
  }

  /** All lines, with what `view` has more; the same array if it has nothing. */
  take(view: PlanView): readonly Line[] {
    const firstChanged = Math.min(this.#addEntries(view), this.#firstOtherOutput(view.outputs));
    this.#outputs = view.outputs;
    if (firstChanged < this.#told.length) this.#tellFrom(firstChanged);
    return this.#lines;
  }

  /** The first place whose lines are no longer right, or not there yet. */
  #addEntries({ log }: PlanView): number {
    let first = this.#told.length;
    for (const entry of log.slice(this.#newFrom(log))) {
      this.#lastSeq = entry.seq;
      if (!this.#isWanted(entry)) continue;
      const place = this.#told.push({ entry, at: this.#lines.length }) - 1;
      if (entry.callId === null || !isStart(entry)) continue;
      // The output goes down to what is told of the call's start last.
      first = Math.min(first, this.#starts.get(entry.callId) ?? first);
      this.#starts.set(entry.callId, place);
    }
    return first;
  }

  #newFrom(log: PlanView['log']): number {
    if (this.#lastSeq === 0) return 0;
    let index = log.size;
    while (index > 0 && (log.get(index - 1) as LogEntry).seq > this.#lastSeq) index -= 1;
    return index;
  }

  #firstOtherOutput(outputs: PlanView['outputs']): number {
    if (outputs === this.#outputs) return Infinity;
    const calls = [...new Set([...outputs.keys(), ...this.#outputs.keys()])];
    const changed = calls.filter((callId) => outputs.get(callId) !== this.#outputs.get(callId));
    return Math.min(Infinity, ...changed.map((callId) => this.#starts.get(callId) ?? Infinity));
  }

  #tellFrom(first: number): void {
    const lines = this.#lines.slice(0, this.#told[first]?.at);
    for (let place = first; place < this.#told.length; place += 1) {
      const told = this.#told[place] as Told;
      told.at = lines.length;
      const { entry } = told;
      const isOwn = entry.planId === this.#ownPlan;
      if (this.#showsMinor || !entry.line.minor) lines.push(entryLine(entry, this.#options, isOwn));
      const output = this.#outputBelow(entry, place);
      if (output) for (const line of callLines(output, this.#options)) lines.push(line);
    }
    this.#lines = lines;
  }

  #outputBelow({ callId }: LogEntry, place: number): CallOutput | undefined {
    return callId !== null && this.#starts.get(callId) === place ? this.#outputs.get(callId) : undefined;
  }
}

/** What decides which entries are told, and how; by value, whatever objects say it. */
function keyOf({ phases }: PlanView, node: NodeRef | null, { timestamps }: LogOptions): string {
  const begun = phases.map(({ startedAt }) => startedAt);
  return [timestamps, ...begun, ...(node === null ? [] : Object.values(node))].join(' ');
}

function isSameSet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

const isStart = ({ type }: LogEntry): boolean => type === 'tool.started' || type === 'tool.spawned';

function entriesOf(
  view: PlanView,
  node: NodeRef | null,
  plans: ReadonlySet<PlanId>,
): (entry: LogEntry) => boolean {
  if (node === null) return () => true;
  if (node.kind === 'phase') return isInPhase(view, node.phase);
  if (node.kind === 'subplan') return ({ planId }) => plans.has(planId);
  const { planId, stepId } = node;
  return (entry) => (entry.planId === planId && entry.stepId === stepId) || plans.has(entry.planId);
}

function isInPhase({ phases }: PlanView, phase: string): (entry: LogEntry) => boolean {
  const index = phases.findIndex((span) => span.phase === phase);
  const from = phases[index]?.startedAt;
  const to = phases[index + 1]?.startedAt;
  // ISO times of one form are in the order of their texts.
  return ({ at }) => from !== undefined && at >= from && (to === undefined || at < to);
}
