import { isCommandOpen } from '../command/command-state.ts';
import { commandScopes, typeCommand } from '../command/step-command.ts';
import { noKeyText } from '../keys/key-places.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { ActionId, KeyScope } from '../keys/key-row.ts';
import { HOME_COMMANDING, stepHomeCommand, stepHomeCommandNews, type HomePress } from './home-commanding.ts';
import { HOME_DIALOGS } from './home-dialog-keys.ts';
import { beginForm, FILLING } from './home-filling.ts';
import { HOME_MOVING } from './home-moving.ts';
import { HOME_OPENING } from './home-opening.ts';
import type { HomeDialog, HomeModel, HomeUi } from './home-state.ts';
import {
  ask,
  say,
  show,
  type HomeEvent,
  type HomeHandler,
  type HomeInputEvent,
  type HomeStep,
} from './home-step.ts';
import { stepHomePointed, type TurnWheel } from './home-pointing.ts';
import { HOME_TYPING, typeText } from './home-typing.ts';

const HANDLERS: Readonly<Partial<Record<ActionId, HomeHandler>>> = {
  ...HOME_MOVING,
  ...HOME_OPENING,
  ...HOME_TYPING,
  ...HOME_DIALOGS,
  ...FILLING,
  ...HOME_COMMANDING,
};

/** The scopes whose keys are valid now, the innermost first. */
export function homeScopes({
  input,
  dialog,
  command,
}: Pick<HomeUi, 'input' | 'dialog' | 'command'>): readonly KeyScope[] {
  const ofCommand = commandScopes(command);
  if (ofCommand) return ofCommand;
  if (input) return input.kind === 'value' ? ['form', 'input', 'always'] : ['input', 'always'];
  return dialog ? [dialog.kind, 'dialog', 'always'] : ['home', 'always'];
}

/** The next state of the home screen, and what is to be done. Pure. */
export function stepHome(ui: HomeUi, event: HomeInputEvent, model: HomeModel): HomeStep {
  if ('name' in event) return stepKey(ui, event, model);
  return event.kind === 'pointed'
    ? stepHomePointed(ui, event, model, turnWheel)
    : stepEvent(ui, event, model);
}

function stepKey(before: HomeUi, { name, text }: KeyPress, model: HomeModel): HomeStep {
  const ui = before.toast?.until === 'next-key' ? { ...before, toast: null } : before;
  const scopes = homeScopes(ui);
  const row = ui.keys.find(scopes, name);
  const typed = stepHomeCommand(ui, { action: row?.action ?? null, text }, model, press);
  if (typed) return typed;
  const handler = row && HANDLERS[row.action];
  if (handler) return handler(ui, model);
  if (ui.input) return show(text === '' ? ui : typeText(ui, text));
  return ui.dialog ? show(ui) : say(ui, noKeyText(ui.keys, name, scopes), 'dim');
}

const press: HomePress = (ui, name, model) => stepKey(ui, { name, text: '' }, model);

/** In what is open, as the keys do. */
const turnWheel: TurnWheel = (ui, action, model) =>
  stepHomeCommand(ui, { action, text: '' }, model, press) ?? HOME_MOVING[action](ui, model);

function stepEvent(ui: HomeUi, event: HomeEvent, model: HomeModel): HomeStep {
  switch (event.kind) {
    case 'changed':
      return show(ui);
    case 'toast-expired':
      return show({ ...ui, toast: null });
    case 'form-read':
      return isAwaited(ui, event.form.file) ? show(beginForm(ui, event.form)) : show(ui);
    case 'footprint-read': {
      const { plan, footprint } = event;
      if (!isAwaited(ui, plan.plan_id)) return show(ui);
      const dialog: HomeDialog = { kind: 'delete', plan, footprint, selected: 0 };
      return show({ ...ui, reading: null, toast: null, dialog });
    }
    case 'deleted':
      return ask(
        { ...ui, toast: { tone: 'good', text: `${event.plan.name} is deleted` } },
        { kind: 'read-plans' },
      );
    case 'failed':
      return show({
        ...ui,
        input: null,
        reading: null,
        toast: null,
        dialog: { kind: 'failure', failure: event.failure, below: ui.dialog },
      });
    case 'history-read':
    case 'completed':
    case 'command-said':
    case 'command-ended':
      return stepHomeCommandNews(ui, event, model);
    case 'pasted':
      if (ui.command.line) return show({ ...ui, command: typeCommand(ui.command, event.text) });
      return show(ui.input ? typeText(ui, event.text) : ui);
  }
}

/** Whoever has gone on to something else doesn't want it any more. */
const isAwaited = (ui: HomeUi, what: string): boolean =>
  ui.reading === what && !ui.dialog && !ui.input && !isCommandOpen(ui.command);
