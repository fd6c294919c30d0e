import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { Json } from '../../domain/json.ts';
import { runStateOf, type SubplanState } from '../../domain/plan-state.ts';
import type { RunState, StepStatus } from '../../domain/plan.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { durationText } from '../words/time-text.ts';
import type { Tone } from '../words/tone.ts';
import { outlineOf } from './plan-outline.ts';
import type { NodeSubject, TreeNode } from './tree-nodes.ts';
import type { CheckpointMark } from './tree-row.ts';

/** How a node stands, in the words that folding and searching ask for. */
export type NodeStanding = 'waits' | 'running' | 'failed' | 'paused' | 'quiet';

/** A text in its tone. */
export interface Info {
  readonly text: string;
  readonly tone: Tone;
}

export const NO_INFO: Info = { text: '', tone: 'dim' };

const STEP_TONES: Readonly<Record<StepStatus, Tone>> = {
  pending: 'dim',
  running: 'accent',
  complete: 'good',
  failed: 'bad',
  skipped: 'dim',
  cancelled: 'dim',
};

const PLAN_TONES: Readonly<Record<RunState, Tone>> = {
  queued: 'dim',
  processing: 'accent',
  paused: 'attention',
  complete: 'good',
  errored: 'bad',
  cancelled: 'dim',
  applied: 'good',
};

/** How one node stands, whatever stands below it. A pause puts what had begun back in line: it rests half done. */
export function standingOf(subject: NodeSubject): NodeStanding {
  if (subject.kind === 'attempt') return 'quiet';
  if (subject.kind === 'step') {
    const { status, attempt } = subject.step;
    if (subject.isTolerated) return 'quiet';
    if (asksNow(subject)) return 'waits';
    if (status === 'pending' && attempt > 0) return 'paused';
    return status === 'running' || status === 'failed' ? status : 'quiet';
  }
  const state = stateOf(subject);
  if (state === 'processing') return 'running';
  if (state === 'errored') return 'failed';
  const hasBegun = subject.kind === 'subplan' && subject.subplan.attempt > 0;
  return state === 'paused' || (state === 'queued' && hasBegun) ? 'paused' : 'quiet';
}

/** The state to show; a subplan of a resting plan is in line, and its own plan says that it rests. */
function stateOf(subject: Extract<NodeSubject, { kind: 'phase' | 'subplan' }>): RunState {
  if (subject.kind === 'phase') return subject.state;
  const { subplan, child } = subject;
  return subplan.status === 'queued' && child && runStateOf(child) === 'paused' ? 'paused' : subplan.status;
}

/** True if a step waits for a person; one that has ended doesn't any more. */
function asksNow({ step, decision }: Extract<NodeSubject, { kind: 'step' }>): boolean {
  return decision?.chosen === null && (step.status === 'running' || step.status === 'pending');
}

export function signOf(
  subject: NodeSubject,
  glyphs: Glyphs,
): { readonly glyph: string; readonly tone: Tone } {
  if (subject.kind === 'step') {
    if (asksNow(subject)) return { glyph: glyphs.waiting, tone: 'attention' };
    const { status } = subject.step;
    return { glyph: glyphs.step[status], tone: subject.isTolerated ? 'attention' : STEP_TONES[status] };
  }
  // One that another followed went wrong, or was ended.
  if (subject.kind === 'attempt') {
    const status = subject.attempt.error === null ? 'cancelled' : 'failed';
    return { glyph: glyphs.step[status], tone: 'dim' };
  }
  const state = stateOf(subject);
  return { glyph: glyphs.plan[state], tone: PLAN_TONES[state] };
}

/** What is said of a node beside its name. */
export function infoOf(subject: NodeSubject): Info {
  if (subject.kind === 'phase') return NO_INFO;
  if (subject.kind === 'attempt') return { text: firstLine(subject.attempt.error ?? ''), tone: 'dim' };
  if (subject.kind === 'subplan') return subplanInfo(subject.subplan);
  if (asksNow(subject)) return { text: 'waits for you [a]', tone: 'attention' };
  const info = stepInfo(subject);
  return subject.isTolerated ? { text: join('allowed', info.text), tone: 'attention' } : info;
}

function stepInfo({ step, decision, corrected }: Extract<NodeSubject, { kind: 'step' }>): Info {
  const chosen = decision?.chosen ?? null;
  const former = corrected?.chosen ?? null;
  const again = step.attempt > 1 ? `attempt ${step.attempt}` : '';
  const error = step.error === null ? '' : firstLine(step.error.message);
  const reason = step.reason === null ? '' : firstLine(step.reason);
  if (step.status === 'failed') return { text: join(again, error), tone: 'bad' };
  if (error !== '') return { text: join(again, `again: ${error}`), tone: 'attention' };
  if (reason !== '') return { text: reason, tone: 'dim' };
  const was = former === null ? '' : ` (was ${answerText(former)})`;
  if (chosen !== null) return { text: `${answerText(chosen)}${was}`, tone: 'plain' };
  return { text: join(step.effect === 'write' ? 'write' : '', again), tone: 'dim' };
}

function answerText(chosen: Json): string {
  return safeText(typeof chosen === 'string' ? chosen : JSON.stringify(chosen));
}

function subplanInfo({ status, attempt, max_retries, error }: SubplanState): Info {
  const again = attempt > 1 ? `retry ${attempt - 1}/${max_retries}` : '';
  const words = error === null ? '' : firstLine(error.message);
  if (status === 'errored') return { text: join(again, words), tone: 'bad' };
  if (again !== '' || words !== '') return { text: join(again, words), tone: 'attention' };
  return NO_INFO;
}

function join(...words: readonly string[]): string {
  return words.filter((word) => word !== '').join('  ');
}

/** How many nodes a folded branch hides, and how many of them wait for an answer. */
export function hiddenInfo(node: TreeNode, waiting: number): Info {
  const what = node.subject.kind === 'step' ? 'subplan' : 'step';
  const count = node.children.length;
  const text = `${count} ${count === 1 ? what : `${what}s`}`;
  return waiting === 0 ? { text, tone: 'dim' } : { text: `${text}, ${waiting} waiting`, tone: 'attention' };
}

/** How long a node has run until now; empty if it hasn't begun, or waits for a person. */
export function durationOf(subject: NodeSubject, now: number): string {
  const [start, end] = timesOf(subject);
  return start === null || end === null ? '' : durationText((end === 'now' ? now : end) - start);
}

const ms = (at: string | null | undefined): number | null => (at ? Date.parse(at) : null);

function timesOf(subject: NodeSubject): readonly [start: number | null, end: number | 'now' | null] {
  if (subject.kind === 'phase') return [ms(subject.span?.startedAt), ms(subject.span?.endedAt) ?? 'now'];
  if (subject.kind === 'step') {
    const { started_at, ended_at, status } = subject.step;
    if (asksNow(subject)) return [null, null];
    return [ms(started_at), ms(ended_at) ?? (status === 'running' ? 'now' : null)];
  }
  if (subject.kind === 'attempt') return [ms(subject.attempt.startedAt), ms(subject.attempt.endedAt)];
  if (!subject.child) return [null, null];
  const { startedAt, endedAt } = outlineOf(subject.child);
  return [startedAt, subject.subplan.status === 'processing' ? 'now' : endedAt];
}

export function marksOf(checkpoints: readonly Checkpoint[], glyphs: Glyphs): readonly CheckpointMark[] {
  return checkpoints.map(({ trigger, number }) => ({ glyph: glyphs.trigger[trigger], number }));
}
