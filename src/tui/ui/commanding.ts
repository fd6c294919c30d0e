import { pressedKey, withActions } from '../command/actions.ts';
import {
  INITIAL_COMMAND,
  isCommandOpen,
  type CommandEvent,
  type CommandStep,
} from '../command/command-state.ts';
import { showOutput } from '../command/output-moves.ts';
import { openCommand, startCommand, stepCommandEvent, stepCommandKey } from '../command/step-command.ts';
import { spokenLine, type SpokenLine } from '../command/verbs.ts';
import type { ActionId, KeyScope } from '../keys/key-row.ts';
import { askedFirst, isOfThisPlan } from './asking-verbs.ts';
import { DIALOGS } from './dialogs.ts';
import { canResume, hasFailed, isRunning, restingText } from './plan-standing.ts';
import { RUNNING } from './running.ts';
import { scopesOf } from './scopes-of.ts';
import { ask, say, type UiContext, type UiHandler, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** The screen after a step of its command line. */
function adopt(state: UiState, step: CommandStep, context: UiContext): UiStep {
  const next: UiState = { ...state, command: step.command, toast: step.say ?? state.toast };
  if (step.submitted === null) return { state: next, effects: step.effects };
  return obey(next, step.submitted, context);
}

const GOING_ON: readonly string[] = ['execute', 'resume', 'retry'];

/** What this screen does by itself; null: the command does it. */
function ownVerb(state: UiState, { verb, rest }: SpokenLine, context: UiContext): UiStep | null {
  if (verb === 'watch' || verb === 'open' || verb === 'run' || verb === 'start')
    return say(state, `${verb} opens another screen: q goes back from here, then :${verb} at home`);
  if (GOING_ON.includes(verb) && isOfThisPlan(rest, context.view)) return goOn(state, verb, context);
  const asked = askedFirst(state, verb, rest, context);
  if (asked) return remembered([verb, ...rest].join(' '), asked);
  if (rest.length > 0) return null;
  switch (verb) {
    case 'quit':
      return RUNNING.quit(state, context, null);
    case 'help':
      return DIALOGS.help(state, context, null);
    case 'output':
      return adopt(state, showOutput(state.command), context);
    default:
      return null;
  }
}

/** A line that this screen takes stands in the history as others do. */
const remembered = (line: string, { state, effects }: UiStep): UiStep => ({
  state,
  effects: [{ kind: 'remember', line }, ...effects],
});

/** By itself, so that the process that runs the plan is this screen's. */
function goOn(state: UiState, verb: string, { view }: UiContext): UiStep {
  if (verb === 'retry' ? hasFailed(view) : canResume(view))
    return remembered(verb, ask(state, { kind: 'resume' }));
  if (verb === 'retry') return say(state, 'retry: the plan has not failed');
  return say(state, `${verb}: ${isRunning(view) ? 'the plan runs already' : restingText(view)}`);
}

const obey = (state: UiState, line: string, context: UiContext): UiStep =>
  ownVerb(state, spokenLine(line), context) ?? adopt(state, startCommand(state.command, line), context);

/** Presses a key where the line was opened. */
export type Press = (state: UiState, key: string, context: UiContext) => UiStep;

/**
 * What a key does while the command line takes the keys; null: it doesn't, or the key is none of its own.
 * @param press does what an action that is chosen or named in the line does
 */
export function stepCommanding(
  state: UiState,
  { action, text }: { readonly action: ActionId | null; readonly text: string },
  context: UiContext,
  press: Press,
): UiStep | null {
  if (!isCommandOpen(state.command)) return null;
  const step = stepCommandKey(state.command, action, text, context.layout);
  if (!step) return null;
  const key = pressedKey(step, state.keys, scopesBehind(state));
  return key === null
    ? adopt(state, step, context)
    : press({ ...state, command: step.command }, key, context);
}

/** Where the line was opened. */
const scopesBehind = (state: UiState): readonly KeyScope[] =>
  scopesOf({ ...state, command: INITIAL_COMMAND });

/** What comes of an event of the command line. */
export const stepCommandNews = (state: UiState, event: CommandEvent, context: UiContext): UiStep => {
  const offered = withActions(event, state.keys, scopesBehind(state));
  return adopt(state, stepCommandEvent(state.command, offered, context.layout), context);
};

const open: UiHandler = (state) => {
  const { command, effects } = openCommand(state.command);
  return { state: { ...state, command }, effects };
};

export const COMMANDING = { command: open } as const;
