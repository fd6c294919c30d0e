import { pressedKey, withActions } from '../command/actions.ts';
import { isCommandOpen, type CommandEvent, type CommandStep } from '../command/command-state.ts';
import { showOutput } from '../command/output-moves.ts';
import { openCommand, startCommand, stepCommandEvent, stepCommandKey } from '../command/step-command.ts';
import { spokenLine, type SpokenLine } from '../command/verbs.ts';
import type { ActionId, KeyScope } from '../keys/key-row.ts';
import { HOME_OPENING } from './home-opening.ts';
import type { HomeModel, HomeUi } from './home-state.ts';
import { ask, say, type HomeEffect, type HomeHandler, type HomeStep } from './home-step.ts';

/** The screen after a step of its command line. */
function adopt(ui: HomeUi, step: CommandStep, model: HomeModel): HomeStep {
  const next: HomeUi = { ...ui, command: step.command, toast: step.say ?? ui.toast };
  if (step.submitted === null) return { ui: next, effects: step.effects };
  return obey(next, step.submitted, model);
}

function obey(ui: HomeUi, line: string, model: HomeModel): HomeStep {
  const spoken = spokenLine(line);
  const common = commonVerb(ui, spoken, model);
  if (common) return common;
  const own = openingVerb(ui, spoken, model);
  if (!own) return adopt(ui, startCommand(ui.command, line), model);
  const remember: HomeEffect = { kind: 'remember', line };
  return { ...own, effects: [remember, ...own.effects] };
}

function commonVerb(ui: HomeUi, { verb, rest }: SpokenLine, model: HomeModel): HomeStep | null {
  if (rest.length > 0) return null;
  if (verb === 'quit') return HOME_OPENING.quit(ui);
  if (verb === 'help') return HOME_OPENING.help(ui);
  return verb === 'output' ? adopt(ui, showOutput(ui.command), model) : null;
}

/** Verbs that open another screen, or a form: without a word after them they are about what is selected. */
function openingVerb(ui: HomeUi, { verb, rest }: SpokenLine, model: HomeModel): HomeStep | null {
  const [named, ...more] = rest;
  const isFile = verb === 'run' || verb === 'start';
  if (!isFile && verb !== 'open' && verb !== 'watch' && verb !== 'execute' && verb !== 'retry') return null;
  const goesOn = verb === 'execute' || verb === 'retry';
  // With options it is a command like others.
  if (goesOn && more.length > 0) return null;
  if (more.length > 0) return say(ui, `${verb} takes one word here: ${isFile ? 'a document' : 'a plan'}`);
  if (named === undefined)
    return goesOn ? HOME_OPENING['resume-plan'](ui, model) : HOME_OPENING.open(ui, model);
  if (!isFile) return ask(ui, { kind: 'open-named', reference: named, goOn: goesOn });
  return ask({ ...ui, reading: named }, { kind: 'read-form', file: named });
}

/** Presses a key where the line was opened. */
export type HomePress = (ui: HomeUi, key: string, model: HomeModel) => HomeStep;

/** Where the line can be opened. */
const BEHIND: readonly KeyScope[] = ['home', 'always'];

/**
 * What a key does while the command line takes the keys; null: it doesn't, or the key is none of its own.
 * @param press does what an action that is chosen or named in the line does
 */
export function stepHomeCommand(
  ui: HomeUi,
  { action, text }: { readonly action: ActionId | null; readonly text: string },
  model: HomeModel,
  press: HomePress,
): HomeStep | null {
  if (!isCommandOpen(ui.command)) return null;
  const step = stepCommandKey(ui.command, action, text, model.layout);
  if (!step) return null;
  const key = pressedKey(step, ui.keys, BEHIND);
  return key === null ? adopt(ui, step, model) : press({ ...ui, command: step.command }, key, model);
}

/** What comes of an event of the command line. */
export const stepHomeCommandNews = (ui: HomeUi, event: CommandEvent, model: HomeModel): HomeStep =>
  adopt(ui, stepCommandEvent(ui.command, withActions(event, ui.keys, BEHIND), model.layout), model);

const open: HomeHandler = (ui) => {
  const { command, effects } = openCommand(ui.command);
  return { ui: { ...ui, command }, effects };
};

export const HOME_COMMANDING = { command: open } as const;
