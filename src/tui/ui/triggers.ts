import { AUTO_TRIGGERS } from '../../domain/checkpoint.ts';
import {
  changedInterval,
  INTERVAL_UNITS,
  type IntervalChange,
  type IntervalUnit,
} from '../../domain/interval-change.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Originated, TriggerStanding } from '../../ports/trigger-settings.ts';
import type { ActionId } from '../keys/key-row.ts';
import type { UiState } from './ui-state.ts';
import { ask, say, show, type Effect, type UiHandler, type UiStep } from './ui-step.ts';

/** The setting of an interval. */
export const intervalOf = (
  { intervalSeconds, intervalSteps }: TriggerStanding,
  unit: IntervalUnit,
): TriggerStanding['intervalSeconds'] => (unit === 'seconds' ? intervalSeconds : intervalSteps);

/** The interval with the focus: they stand below the triggers. */
function selectedUnit({ dialog }: UiState): IntervalUnit | undefined {
  return dialog?.kind === 'triggers' ? INTERVAL_UNITS[dialog.selected - AUTO_TRIGGERS.length] : undefined;
}

/** Asks for an edit of the file, unless something else decides. */
function edit(state: UiState, setting: Originated<unknown> | undefined, effect: Effect): UiStep {
  if (!setting?.overrides) return ask(state, effect);
  return say(state, `set by ${toPrintableLine(setting.origin)}, which is stronger than the file`);
}

const toggle: UiHandler = (state, context, key) => {
  if (selectedUnit(state)) return switchInterval(state, context, key);
  const trigger = state.dialog?.kind === 'triggers' ? AUTO_TRIGGERS[state.dialog.selected] : undefined;
  if (!trigger) return show(state);
  return edit(state, state.triggers?.autoCreateOn, { kind: 'toggle-trigger', trigger });
};

const changeBy =
  (change: IntervalChange): UiHandler =>
  (state) => {
    const unit = selectedUnit(state);
    if (!unit) return say(state, 'only an interval has a length; they stand below the triggers');
    const setting = state.triggers ? intervalOf(state.triggers, unit) : undefined;
    const isAtEnd = setting && changedInterval(unit, setting.value, change) === setting.value;
    if (!isAtEnd) return edit(state, setting, { kind: 'change-interval', unit, change });
    const any = `:config set core.checkpoints.interval.${unit} N sets any`;
    return say(state, change === 'more' ? `no key makes it longer; ${any}` : 'it is off already');
  };

const switchInterval = changeBy('switch');

export const TRIGGERS = {
  'toggle-trigger': toggle,
  'interval-more': changeBy('more'),
  'interval-less': changeBy('less'),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
