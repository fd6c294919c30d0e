import { isUnsettled, type Compensation } from '../../domain/compensation.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { ActionId } from '../keys/key-row.ts';
import { ask, show, type UiHandler } from './ui-step.ts';
import type { CompensateDialog } from './ui-state.ts';

/** The offer of the first of those that wait; null if none does. */
export function offerOf(offered: readonly Compensation[]): CompensateDialog | null {
  const [one, ...rest] = offered.filter(isUnsettled);
  return one ? { kind: 'compensate', one, rest, selected: 0 } : null;
}

const settle =
  (word: 'run' | 'skip'): UiHandler =>
  (state) => {
    if (state.dialog?.kind !== 'compensate') return show(state);
    const { one, rest } = state.dialog;
    const name = `compensation ${one.number} of ${toPrintableLine(one.stepId)}`;
    const work = { what: `${word === 'run' ? 'running' : 'skipping'} ${name}`, progress: '' };
    return ask({ ...state, dialog: null, toast: null, work }, { kind: 'compensate', one, word, rest });
  };

const next: UiHandler = (state) =>
  show(state.dialog?.kind === 'compensate' ? { ...state, dialog: offerOf(state.dialog.rest) } : state);

export const COMPENSATING = {
  'run-compensation': settle('run'),
  'skip-compensation': settle('skip'),
  'next-compensation': next,
} as const satisfies Partial<Record<ActionId, UiHandler>>;
