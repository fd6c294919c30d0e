import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ErrorValue } from '../domain/errors.ts';
import { shortId } from '../domain/ids.ts';
import type { EventPayloads, EventType, PlanEvent } from '../domain/plan-event.ts';
import {
  callsOf,
  decisionForStep,
  decisionOf,
  stepOf,
  stepsOf,
  subplanOf,
  type PlanState,
  type SubplanState,
  type TreeState,
} from '../domain/plan-state.ts';
import { traceOf } from '../domain/trace-note.ts';
import { TRIGGER_WORDS } from '../tui/words/glyphs.ts';
import { planPath } from '../tui/words/plan-names.ts';
import { byText } from '../tui/words/by-text.ts';
import { restText } from '../tui/words/rest-text.ts';
import { rollbackWords } from '../tui/words/rollback-words.ts';
import { counted, spokenDuration, toSentence, withStop } from './spoken-words.ts';

/** What one event says to a person who listens; not yet made printable. */
export interface Spoken {
  readonly text: string;
  /** Worth a bell: the plan waits for a person, failed, or is done. */
  readonly rings: boolean;
  /** Said only with `--verbose`. */
  readonly minor: boolean;
}

interface Situation {
  readonly plan: PlanState;
  readonly at: string;
  readonly isRoot: boolean;
}

type Say<T extends EventType> = (payload: EventPayloads[T], where: Situation) => Spoken | null;

/** The sentence for an event, null if nothing is said of it; `tree` is the state with the event in it. */
export function sentenceFor(event: PlanEvent, tree: TreeState): Spoken | null {
  // Every event is of a plan that is there: the reducer has seen to it.
  const plan = tree.plans.get(event.plan_id) as PlanState;
  const path = planPath(tree, event.plan_id).join(', ');
  const where = { plan, at: event.at, isRoot: path === '' };
  // What becomes of a subplan is told by the events of its parent.
  if (!where.isRoot && event.type.startsWith('plan.')) return null;
  const spoken = (SENTENCES[event.type] as Say<EventType> | undefined)?.(event.payload, where) ?? null;
  if (spoken === null || where.isRoot) return spoken && { ...spoken, text: toSentence(spoken.text) };
  // A checkpoint's sentence begins with its number in every plan of the tree.
  const text =
    event.type === 'checkpoint.created'
      ? `${spoken.text}, in subplan ${path}`
      : `subplan ${path}: ${spoken.text}`;
  return { ...spoken, text: toSentence(text) };
}

const say = (text: string): Spoken => ({ text, rings: false, minor: false });
const ring = (text: string): Spoken => ({ text, rings: true, minor: false });
const whisper = (text: string): Spoken => ({ text, rings: false, minor: true });

/** `step 3 of 8, version`: its place in its plan, and its id. Names made of tool and arguments are too long to listen to. */
function stepWords({ plan }: Situation, stepId: string): string {
  const steps = stepsOf(plan);
  const index = steps.findIndex(({ id }) => id === stepId);
  return index < 0 ? `step ${stepId}` : `step ${index + 1} of ${steps.length}, ${stepId}`;
}

/** How long a step has run until now; null if it never started. */
function ranFor({ plan, at }: Situation, stepId: string): string | null {
  const startedAt = stepOf(plan, stepId)?.started_at;
  return startedAt ? spokenDuration(Date.parse(at) - Date.parse(startedAt)) : null;
}

/** What a finished step did: its choice, or its last call, and how long it took. */
function deedsOf(where: Situation, stepId: string): string {
  const kind = stepOf(where.plan, stepId)?.kind;
  const decision = decisionForStep(where.plan, stepId);
  if ((kind === 'decide' || kind === 'ask') && decision) {
    return `: ${valueWords(decision.chosen)}, chosen by ${byText(decision.by)}`;
  }
  const call = callsOf(where.plan).findLast(({ step_id }) => step_id === stepId);
  const deeds = [call ? `${call.effect} ${call.tool}` : null, ranFor(where, stepId)];
  const words = deeds.filter((deed) => deed !== null);
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

const valueWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function checkpointWords(checkpoint: Checkpoint): string {
  const { number, trigger, step_id, label, outcome, metadata } = checkpoint;
  const { subplan, error } = metadata as { readonly subplan?: string; readonly error?: ErrorValue };
  const words = [
    TRIGGER_WORDS[trigger],
    step_id === null ? '' : `step ${step_id}`,
    subplan === undefined ? '' : `subplan ${subplan}`,
    label === null ? '' : `called ${label}`,
    outcome === 'error' ? 'the tool failed' : '',
    error?.message ?? '',
  ];
  return `checkpoint ${number}: ${words.filter((word) => word !== '').join(', ')}`;
}

function questionWords({ question, options }: EventPayloads['decision.made']['decision']): string {
  const choices = options.map(({ id, description }, index) =>
    toSentence(`${index + 1} ${id}${description === null ? '' : `, ${description}`}`),
  );
  const answers =
    choices.length === 0 ? 'The answer is a text of your own.' : `Choices: ${choices.join(' ')}`;
  return `waiting for you: ${toSentence(question)} ${answers}`;
}

const subplanName = ({ plan }: Situation, id: string): string => (subplanOf(plan, id) as SubplanState).name;
const withBy = (text: string, by: string | null): string => (by === null ? text : `${text}, by ${by}`);

/** What isn't here is not said: it is told by another event, or too small. */
const SENTENCES: { readonly [T in EventType]?: Say<T> } = {
  'plan.created': ({ name, workspace, steps }) =>
    say(`the plan ${name} has ${counted(steps.length, 'step')} and works in ${workspace}`),
  'plan.phase_changed': ({ phase, state }) =>
    phase === 'execute' && state === 'processing' ? say('the plan is running') : null,
  'plan.paused': ({ reason, by }) => {
    const text = withBy(`the plan is paused: ${restText(reason)}`, by);
    return reason === 'checkpoint_failed' ? ring(text) : say(text);
  },
  'plan.resumed': ({ by }) => say(withBy('the plan goes on', by)),
  'plan.retried': ({ by, step_ids }) => say(withBy(`the plan runs again from ${step_ids.join(', ')}`, by)),
  'plan.cancelled': ({ reason, by }) =>
    say(withBy(`the plan is cancelled${reason === 'cancelled' ? '' : `: ${reason}`}`, by)),
  'plan.failed': ({ error }) => ring(`the plan failed: ${error.message}`),
  'plan.completed': () => ring('the plan is done'),
  'plan.applied': () => say('the plan is applied'),
  'plan.forked': ({ seq }) => say(`the plan is forked at event ${seq}`),
  'plan.rolled_back': (payload) => say(`the plan is ${rollbackWords(payload)}`),

  'step.started': ({ step_id }, where) => whisper(`${stepWords(where, step_id)}, starts`),
  'step.completed': ({ step_id }, where) =>
    say(`${stepWords(where, step_id)}, is done${deedsOf(where, step_id)}`),
  'step.failed': ({ step_id, error, continued }, where) => {
    const time = ranFor(where, step_id);
    const after = time === null ? '' : ` after ${time}`;
    const text = withStop(`${stepWords(where, step_id)}, failed${after}: ${error.message}`);
    return say(continued ? `${text} The plan goes on.` : text);
  },
  'step.skipped': ({ step_id, reason }, where) => say(`${stepWords(where, step_id)}, is skipped: ${reason}`),
  'step.retried': ({ step_id, error, delay_ms }, where) => {
    const wait = delay_ms === 0 ? 'now' : `in ${spokenDuration(delay_ms)}`;
    return say(`${stepWords(where, step_id)}, failed and is tried again ${wait}: ${error.message}`);
  },
  'tool.started': ({ step_id, tool, effect }, where) =>
    whisper(`${stepWords(where, step_id)}, calls ${tool} to ${effect}`),

  'decision.made': ({ decision }) => (decision.chosen === null ? ring(questionWords(decision)) : null),
  'decision.superseded': ({ decision_id }, { plan }) =>
    say(`decided anew: ${decisionOf(plan, decision_id)?.question ?? shortId(decision_id)}`),

  'subplan.started': ({ subplan_id, attempt }, where) =>
    say(`subplan ${subplanName(where, subplan_id)} starts${attempt > 1 ? `, attempt ${attempt}` : ''}`),
  'subplan.retried': ({ subplan_id, error }, where) =>
    say(`subplan ${subplanName(where, subplan_id)} failed and is tried again: ${error.message}`),
  'subplan.completed': ({ subplan_id }, where) => say(`subplan ${subplanName(where, subplan_id)} is done`),
  'subplan.failed': ({ subplan_id, error }, where) =>
    say(`subplan ${subplanName(where, subplan_id)} failed: ${error.message}`),
  'subplan.cancelled': ({ subplan_id, reason }, where) =>
    say(`subplan ${subplanName(where, subplan_id)} is cancelled: ${reason}`),

  'compensation.recorded': ({ step_id, error }) =>
    error === null ? null : say(`step ${step_id} can't be taken back: ${error.message}`),
  'compensation.started': ({ step_id }) => say(`what step ${step_id} did outside is being taken back`),
  'compensation.ended': ({ step_id, outcome, error }) =>
    error !== null
      ? say(`what step ${step_id} did outside was not taken back: ${error.message}`)
      : say(`what step ${step_id} did outside ${outcome === 'done' ? 'is taken back' : 'stays as it is'}`),

  'checkpoint.created': ({ checkpoint }) => say(checkpointWords(checkpoint)),
  'checkpoint.failed': ({ trigger, error }) =>
    say(`no checkpoint ${TRIGGER_WORDS[trigger]}: ${error.message}`),
  'config.changed': ({ changes, error }) =>
    error === null
      ? say(
          `settings changed: ${changes.map(({ key, after }) => `${key} is now ${valueWords(after)}`).join(', ')}`,
        )
      : say(`settings were edited, but not taken: ${error.message}`),
  'note.added': (note) => (traceOf(note) === null ? say(note.text) : whisper(note.text)),
};
