import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ErrorValue } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';

import type { EventPayloads, EventType, PlanEvent } from '../../domain/plan-event.ts';
import {
  callOf,
  decisionOf,
  stepOf,
  subplanOf,
  type PlanState,
  type SubplanState,
  type ToolCallState,
  type TreeState,
} from '../../domain/plan-state.ts';
import type { JsonObject } from '../../domain/json.ts';
import { MODEL_TOOL, replyFacts, type ReplyFacts } from '../../domain/model-replies.ts';
import { subjectOf } from '../../domain/permissions.ts';
import { traceOf } from '../../domain/trace-note.ts';
import { byText } from './by-text.ts';
import { TRIGGER_WORDS, type Glyphs } from './glyphs.ts';
import type { Tone } from './tone.ts';
import { planOutputs } from './plan-outputs.ts';
import { planPath, stepName } from './plan-names.ts';
import { restText } from './rest-text.ts';
import { rollbackWords } from './rollback-words.ts';
import { durationText } from './time-text.ts';

/** What one event says to a person; not yet made printable. */
export interface EventLine {
  readonly glyph: string;
  readonly tone: Tone;
  readonly text: string;
  /** The text without the names of the subplans that lead to it: for where they are known. */
  readonly own: string;
  /** Shown only with `--verbose` and in histories. */
  readonly minor: boolean;
}

interface Situation {
  readonly glyphs: Glyphs;
  /** The plan that the event belongs to. */
  readonly plan: PlanState;
  readonly at: string;
}

type Said = Omit<EventLine, 'own'>;
type Describe<T extends EventType> = (payload: EventPayloads[T], where: Situation) => Said;

/** The line for an event; `tree` is the state with the event in it. */
export function describeEvent(event: PlanEvent, tree: TreeState, glyphs: Glyphs): EventLine {
  // Every event is of a plan that is there: the reducer has seen to it.
  const plan = tree.plans.get(event.plan_id) as PlanState;
  const where = { glyphs, plan, at: event.at };
  const line = (LINES[event.type] as Describe<EventType>)(event.payload, where);
  return {
    ...placed(line, event, planPath(tree, event.plan_id).join(` ${glyphs.within} `), glyphs),
    own: line.text,
  };
}

function placed(line: Said, { type }: PlanEvent, path: string, glyphs: Glyphs): Said {
  if (path === '') return line;
  // A checkpoint's line begins with its number in every plan of the tree: that is what people look for.
  if (type === 'checkpoint.created') return { ...line, text: `${line.text}  in ${path}` };
  // What becomes of a subplan is told by the events of its parent.
  const minor = line.minor || type.startsWith('plan.');
  return { ...line, minor, text: `${path} ${glyphs.within} ${line.text}` };
}

const line = (glyph: string, tone: Tone, text: string): Said => ({ glyph, tone, text, minor: false });
const minor = (glyph: string, text: string): Said => ({ glyph, tone: 'dim', text, minor: true });

const step = (where: Situation, id: string): string => stepName(where.plan, id, where.glyphs.ellipsis);

/** How long a step has run until now; empty if it never started. */
function ranFor(where: Situation, stepId: string): string {
  const startedAt = stepOf(where.plan, stepId)?.started_at;
  return startedAt ? `  ${durationText(Date.parse(where.at) - Date.parse(startedAt))}` : '';
}

/** The name of the step says mostly what its tool does: its id is enough beside that. */
function toolOf(where: Situation, callId: string): string {
  const { tool, step_id } = callOf(where.plan, callId) as ToolCallState;
  return `${step_id}  ${tool}`;
}

const MAX_SUBJECT = 60;

/** What a call does, with what, in one line. */
function callWords({
  tool,
  effect,
  input,
}: Pick<EventPayloads['tool.started'], 'tool' | 'effect' | 'input'>): string {
  const args =
    typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JsonObject) : {};
  const [subject = ''] = subjectOf(args).split('\n');
  if (tool === MODEL_TOOL) return `asks ${subject}`;
  const about = subject.length > MAX_SUBJECT ? `${subject.slice(0, MAX_SUBJECT)}…` : subject;
  return `${effect} ${tool} ${about}`.trimEnd();
}

function replyWords(
  where: Situation,
  callId: string,
  { model, input_tokens, output_tokens }: ReplyFacts,
): string {
  const { step_id } = callOf(where.plan, callId) as ToolCallState;
  const tokens =
    input_tokens === null || output_tokens === null
      ? ''
      : `: ${input_tokens} tokens in, ${output_tokens} out`;
  return `${step_id}  ${model} answered${tokens}`;
}

function subplanName(where: Situation, subplanId: string): string {
  return (subplanOf(where.plan, subplanId) as SubplanState).name;
}

/** What a checkpoint's row says beside number and trigger: step and tool or subplan, label, error. */
export function checkpointSubject(checkpoint: Checkpoint): string {
  const { step_id, tool, label, outcome, metadata } = checkpoint;
  const { subplan, error } = metadata as { readonly subplan?: string; readonly error?: ErrorValue };
  const words = [
    step_id ?? '',
    tool ?? subplan ?? '',
    label === null ? '' : `"${label}"`,
    outcome === 'error' ? '(failed)' : '',
    error?.message ?? '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** Files that a checkpoint should hold and doesn't are never passed over; empty where it holds all. */
function partialText({ capture: { status, reason } }: Checkpoint): string {
  return status === 'partial' ? `  partial: ${reason}` : '';
}

function describeCheckpoint(checkpoint: Checkpoint, glyphs: Glyphs): Said {
  const number = `ckpt ${checkpoint.number}`.padEnd(8);
  const words = TRIGGER_WORDS[checkpoint.trigger].padEnd(14);
  const tone = checkpoint.trigger === 'on_error' ? 'bad' : 'accent';
  const said = `${number} ${words} ${checkpointSubject(checkpoint)}`.trimEnd();
  return line(glyphs.trigger[checkpoint.trigger], tone, `${said}${partialText(checkpoint)}`);
}

function describeDecision(decision: EventPayloads['decision.made']['decision'], where: Situation): Said {
  const { chosen, by, question } = decision;
  const subject = decision.step_id ?? decision.type;
  if (chosen === null)
    return line(where.glyphs.waiting, 'attention', `${subject} waits for you: ${question}`);
  const answer = typeof chosen === 'string' ? chosen : JSON.stringify(chosen);
  const text = `${subject}  ${question} ${answer} (${byText(by)})`;
  return decision.step_id === null || decision.type === 'subplan_spawn'
    ? minor(where.glyphs.dot, text)
    : line(where.glyphs.step.complete, 'good', text);
}

/** Steps that only decide: their decision says it all. */
function isDecision(where: Situation, stepId: string): boolean {
  const kind = stepOf(where.plan, stepId)?.kind;
  return kind === 'decide' || kind === 'ask';
}

const PHASE_WORDS = { strategize: 'getting ready', execute: 'executing', apply: 'applying' } as const;

const LINES: { readonly [T in EventType]: Describe<T> } = {
  'plan.created': ({ name, workspace, parent, steps }, { glyphs }) => {
    const text = `plan ${name} created with ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
    return minor(glyphs.dot, parent === null ? `${text} in ${workspace}` : text);
  },
  'plan.phase_changed': ({ phase, state }, { glyphs }) =>
    phase === 'execute' && state === 'processing'
      ? line(glyphs.step.running, 'strong', PHASE_WORDS.execute)
      : minor(glyphs.dot, `${PHASE_WORDS[phase]} (${phase}/${state})`),
  'plan.paused': ({ reason, by }, { glyphs }) =>
    line(glyphs.paused, 'attention', `paused: ${restText(reason)}${by === null ? '' : ` (${by})`}`),
  'plan.resumed': ({ by }, { glyphs }) =>
    line(glyphs.step.running, 'strong', `goes on${by === null ? '' : ` (${by})`}`),
  'plan.retried': ({ by, step_ids }, { glyphs }) => {
    const text = `again from ${step_ids.join(', ')}${by === null ? '' : ` (${by})`}`;
    return line(glyphs.step.running, 'strong', text);
  },
  'plan.cancelled': ({ reason, by }, { glyphs }) =>
    line(
      glyphs.plan.cancelled,
      'attention',
      `cancelled${reason === 'cancelled' ? '' : `: ${reason}`}${by === null ? '' : ` (${by})`}`,
    ),
  'plan.failed': ({ error }, { glyphs }) => line(glyphs.plan.errored, 'bad', `failed: ${error.message}`),
  'plan.completed': ({ outputs }, { glyphs }) =>
    line(glyphs.plan.complete, 'good', ['complete', ...planOutputs(outputs)].join('  ')),
  'plan.applied': (_payload, { glyphs }) => line(glyphs.plan.applied, 'good', 'applied'),
  'plan.forked': ({ seq }, { glyphs }) => line(glyphs.trigger.fork, 'accent', `forked at event ${seq}`),
  'plan.rolled_back': (payload, { glyphs }) =>
    line(glyphs.trigger.rollback, 'accent', rollbackWords(payload)),

  'step.started': ({ step_id, attempt }, where) => {
    const text = attempt > 1 ? `${step(where, step_id)}  attempt ${attempt}` : step(where, step_id);
    return { ...line(where.glyphs.step.running, 'plain', text), minor: isDecision(where, step_id) };
  },
  'step.completed': ({ step_id }, where) => {
    const text = `${step(where, step_id)}${ranFor(where, step_id)}`;
    return { ...line(where.glyphs.step.complete, 'good', text), minor: isDecision(where, step_id) };
  },
  'step.failed': ({ step_id, error, continued }, where) =>
    line(
      where.glyphs.step.failed,
      'bad',
      `${step(where, step_id)}${ranFor(where, step_id)}  ${error.message}${continued ? ' (the plan goes on)' : ''}`,
    ),
  'step.skipped': ({ step_id, reason }, where) =>
    line(where.glyphs.step.skipped, 'dim', `${step(where, step_id)}  skipped: ${reason}`),
  'step.retried': ({ step_id, error, delay_ms }, where) => {
    const wait = delay_ms === 0 ? 'now' : `in ${durationText(delay_ms)}`;
    return line(where.glyphs.retry, 'attention', `${step(where, step_id)}  again ${wait}: ${error.message}`);
  },

  'tool.started': ({ step_id, asked_as, ...call }, { glyphs }) => {
    const said = minor(glyphs.dot, `${step_id}  ${callWords(call)}`);
    // Whose calls the document names needs no telling; what a model calls nobody knows before.
    return asked_as === undefined ? said : { ...said, tone: 'plain', minor: false };
  },
  'tool.spawned': ({ process }, { glyphs }) => minor(glyphs.dot, `process ${process.pid}`),
  'tool.output': ({ log }, { glyphs }) => minor(glyphs.dot, `output of ${log.bytes} bytes kept`),
  'tool.completed': ({ call_id, result }, where) => {
    const facts = replyFacts(result);
    const words = facts === null ? `${toolOf(where, call_id)} done` : replyWords(where, call_id, facts);
    return minor(where.glyphs.dot, words);
  },
  'tool.failed': ({ call_id, error }, where) => {
    const said = minor(where.glyphs.dot, `${toolOf(where, call_id)} failed: ${error.message}`);
    const isAsked = (callOf(where.plan, call_id) as ToolCallState).asked_as !== undefined;
    return isAsked ? { ...said, tone: 'attention', minor: false } : said;
  },

  'decision.made': ({ decision }, where) => describeDecision(decision, where),
  'decision.superseded': ({ decision_id }, where) => {
    const question = decisionOf(where.plan, decision_id)?.question ?? shortId(decision_id);
    return line(where.glyphs.trigger.rollback, 'attention', `decided anew: ${question}`);
  },

  'subplan.spawned': ({ name }, { glyphs }) => minor(glyphs.dot, `subplan ${name}`),
  'subplan.started': ({ subplan_id, attempt }, where) => {
    const again = attempt > 1 ? `  attempt ${attempt}` : '';
    return line(where.glyphs.step.running, 'strong', `subplan ${subplanName(where, subplan_id)}${again}`);
  },
  'subplan.retried': ({ subplan_id, error }, where) =>
    line(
      where.glyphs.retry,
      'attention',
      `subplan ${subplanName(where, subplan_id)}  again: ${error.message}`,
    ),
  'subplan.completed': ({ subplan_id }, where) =>
    line(where.glyphs.plan.complete, 'good', `subplan ${subplanName(where, subplan_id)}`),
  'subplan.failed': ({ subplan_id, error }, where) =>
    line(where.glyphs.plan.errored, 'bad', `subplan ${subplanName(where, subplan_id)}  ${error.message}`),
  'subplan.cancelled': ({ subplan_id, reason }, where) =>
    line(
      where.glyphs.plan.cancelled,
      'dim',
      `subplan ${subplanName(where, subplan_id)}  cancelled: ${reason}`,
    ),

  'compensation.recorded': ({ step_id, error }, { glyphs }) =>
    error === null
      ? minor(glyphs.dot, `${step_id}  what takes it back is recorded`)
      : line(glyphs.dot, 'attention', `${step_id}  can't be taken back: ${error.message}`),
  'compensation.started': ({ step_id }, { glyphs }) =>
    line(glyphs.step.running, 'plain', `taking back what ${step_id} did outside`),
  'compensation.ended': ({ step_id, outcome, error }, { glyphs }) => {
    if (error !== null)
      return line(glyphs.step.failed, 'bad', `${step_id}  was not taken back outside: ${error.message}`);
    return outcome === 'skipped'
      ? line(glyphs.step.skipped, 'dim', `${step_id}  stays as it is outside`)
      : line(glyphs.step.complete, 'good', `${step_id}  is taken back outside too`);
  },
  'context.set': ({ key }, { glyphs }) => minor(glyphs.dot, `context ${key} set`),
  'checkpoint.created': ({ checkpoint }, { glyphs }) => describeCheckpoint(checkpoint, glyphs),
  'checkpoint.failed': ({ trigger, error }, { glyphs }) =>
    line(glyphs.step.failed, 'bad', `no checkpoint (${TRIGGER_WORDS[trigger]}): ${error.message}`),
  'checkpoint.marked': (mark, { glyphs }) => minor(glyphs.dot, markWords(mark)),
  'checkpoint.deleted': ({ number }, { glyphs }) => minor(glyphs.dot, `ckpt ${number} deleted`),
  'checkpoint.pruned': ({ count }, { glyphs }) =>
    minor(glyphs.dot, `${count === 1 ? '1 checkpoint' : `${count} checkpoints`} pruned by retention`),
  'config.changed': ({ changes, error }, { glyphs }) =>
    error === null
      ? line(
          glyphs.dot,
          'attention',
          `settings ${changes.length === 0 ? 'as before' : `changed: ${changes.map(describeChange).join(', ')}`}`,
        )
      : line(glyphs.waiting, 'attention', `settings edited, but not taken: ${error.message}`),
  'note.added': (note, { glyphs }) =>
    traceOf(note) === null ? line(glyphs.dot, 'plain', note.text) : minor(glyphs.dot, note.text),
};

function markWords({ number, label, pinned }: EventPayloads['checkpoint.marked']): string {
  const words = [
    label === undefined ? '' : label === null ? 'has no label now' : `is labelled "${label}"`,
    pinned === undefined ? '' : pinned ? 'pinned' : 'let go',
  ];
  return `ckpt ${number} ${words.filter((word) => word !== '').join(', ')}`;
}

function describeChange({ key, after }: EventPayloads['config.changed']['changes'][number]): string {
  return `${key} = ${JSON.stringify(after)}`;
}
