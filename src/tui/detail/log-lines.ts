import type { CallId } from '../../domain/ids.ts';
import type { ToolCallState } from '../../domain/plan-state.ts';
import type { LiveLine } from '../../ports/output-source.ts';
import type { Line } from '../lines/line.ts';
import { safeOutput, safeText } from '../lines/safe-text.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { LogEntry, PlanView } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { clockTime } from '../words/time-text.ts';
import { planOfNode, plansWithin } from './node-plans.ts';
import { span } from './value-lines.ts';

export interface LogOptions {
  readonly timestamps: boolean;
  readonly glyphs: Glyphs;
}

/** More would tail more files at a time than anyone reads. */
const CALLS_SHOWN = 16;

/** The events of a node, or of the whole tree, with the output of its calls under their start. */
export function logLines(view: PlanView, node: NodeRef | null, options: LogOptions): readonly Line[] {
  // Of one step everything is told; of a whole plan only what its text form tells without `--verbose`.
  const showsMinor = node?.kind === 'step';
  const entries = view.log.filter(entriesOf(view, node));
  const starts = lastStarts(entries);
  const lines: Line[] = [];
  for (const entry of entries) {
    if (showsMinor || !entry.line.minor) lines.push(entryLine(entry, options));
    if (entry.callId === null || starts.get(entry.callId) !== entry) continue;
    addOutput(lines, view, entry.callId, options);
  }
  return lines;
}

function entriesOf(view: PlanView, node: NodeRef | null): (entry: LogEntry) => boolean {
  if (node === null) return () => true;
  if (node.kind === 'phase') return isInPhase(view, node.phase);
  const plans = plansWithin(view, node);
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

/** The entry after which a call's output stands: its start, or what is told of it right after. */
function lastStarts(entries: Iterable<LogEntry>): ReadonlyMap<CallId, LogEntry> {
  const starts = new Map<CallId, LogEntry>();
  for (const entry of entries) {
    const isStart = entry.type === 'tool.started' || entry.type === 'tool.spawned';
    if (entry.callId !== null && isStart) starts.set(entry.callId, entry);
  }
  return starts;
}

interface Made {
  readonly options: LogOptions;
  readonly line: Line;
}

// A line is made once, however often the log is looked at.
const entryLines = new WeakMap<LogEntry, Made>();
const outputLines = new WeakMap<LiveLine, Made>();

function entryLine(entry: LogEntry, options: LogOptions): Line {
  return once(entryLines, entry, options, () => {
    const { glyph, tone, text, minor } = entry.line;
    const isLoud = tone === 'bad' || tone === 'attention' || tone === 'strong';
    return [
      ...timeSpans(entry.at, options),
      span(`${glyph} `, tone),
      span(safeText(text), minor ? 'dim' : isLoud ? tone : 'plain'),
    ];
  });
}

function timeSpans(at: string, { timestamps }: LogOptions): Line {
  return timestamps ? [span(`${clockTime(at)} `, 'dim')] : [];
}

function addOutput(lines: Line[], { outputs }: PlanView, callId: CallId, options: LogOptions): void {
  const output = outputs.get(callId);
  if (!output) return;
  if (output.dropped > 0) {
    lines.push([span(indentOf(options)), span(`${output.dropped} earlier lines are not kept here`, 'dim')]);
  }
  for (const line of output.lines) lines.push(outputLine(line, options));
}

function outputLine(line: LiveLine, options: LogOptions): Line {
  return once(outputLines, line, options, () => {
    const isError = line.stream === 'stderr';
    const sign = isError ? '!' : options.glyphs.output;
    return [
      span(indentOf(options)),
      span(`${sign} `, isError ? 'attention' : 'dim'),
      span(safeOutput(line.text)),
    ];
  });
}

function indentOf({ timestamps }: LogOptions): string {
  return ' '.repeat(timestamps ? 11 : 2);
}

function once<T extends object>(
  lines: WeakMap<T, Made>,
  of: T,
  { timestamps, glyphs }: LogOptions,
  make: () => Line,
): Line {
  const made = lines.get(of);
  if (made?.options.timestamps === timestamps && made.options.glyphs === glyphs) return made.line;
  const line = make();
  lines.set(of, { options: { timestamps, glyphs }, line });
  return line;
}

/**
 * The calls whose output the log of a node shows, for `ViewStore.showOutput`: of a step all, of anything larger those
 * that run. The newest only, if they are many.
 */
export function callsShown(view: PlanView, node: NodeRef | null): readonly CallId[] {
  const calls: CallId[] = [];
  const add = (planId: string, isWanted: (call: ToolCallState) => boolean): void => {
    const parts = view.tree.plans.get(planId)?.parts.tool_calls.values() ?? [];
    for (const { value } of parts) {
      const call = value as unknown as ToolCallState;
      if (isWanted(call)) calls.push(call.id);
    }
  };
  for (const planId of plansWithin(view, node)) add(planId, ({ status }) => status === 'running');
  const plan = planOfNode(view, node);
  if (plan && node?.kind === 'step') add(plan.planId, ({ step_id }) => step_id === node.stepId);
  // Ids are in the order of time.
  return calls.sort().slice(-CALLS_SHOWN);
}
