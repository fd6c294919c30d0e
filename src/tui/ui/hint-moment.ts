import { isCommandRunning } from '../command/command-state.ts';
import type { HintMoment } from '../keys/hint-line.ts';
import type { ActionId } from '../keys/key-row.ts';
import { ROLLBACK_KEYS } from '../keys/rollback-keys.ts';
import { countSteps } from '../rows/tree-counts.ts';
import type { PlanView } from '../store/plan-view.ts';
import { rollbackChoices } from './dialog-choices.ts';
import { canResume, hasFailed, isComplete, isRunning } from './plan-standing.ts';
import type { Dialog, UiState } from './ui-state.ts';

/** What the hint line leaves out, calls otherwise or puts first, as the plan stands now. */
export function hintMoment(
  view: PlanView,
  { command, past, dialog, mouse }: Pick<UiState, 'command' | 'past' | 'dialog' | 'mouse'>,
): HintMoment {
  const mayGoOn = canResume(view);
  const runs = isRunning(view);
  const waits = view.waiting.length > 0;
  const useless: readonly (readonly [ActionId, boolean])[] = [
    ['approve', !waits],
    ['next-waiting', view.waiting.length < 2],
    ['pause', !runs && !mayGoOn],
    ['stop', !runs],
    ['retry', !hasFailed(view)],
    ['apply', !isComplete(view)],
    ['diff', view.checkpoints.size === 0],
    ['mark', view.checkpoints.size === 0],
    ['rollback', view.checkpoints.size === 0],
    ['live', past === null],
    ['next-error', !hasFailures(view)],
    ['interrupt', !isCommandRunning(command)],
  ];
  return {
    useless: new Set([
      ...useless.flatMap(([action, isUseless]) => (isUseless ? [action] : [])),
      ...notOffered(dialog),
    ]),
    words: {
      ...(mayGoOn ? { pause: 'go on' } : {}),
      ...(mouse ? { mouse: 'mouse off' } : {}),
      ...yesWord(dialog),
    },
    first: firstOf(view, mayGoOn, { past, mouse }),
  };
}

/** How one gets out of something unusual, or on from where it rests. */
function firstOf(
  view: PlanView,
  mayGoOn: boolean,
  { past, mouse }: Pick<UiState, 'past' | 'mouse'>,
): ActionId | null {
  if (past !== null) return 'live';
  if (view.waiting.length > 0) return 'approve';
  if (mayGoOn) return 'pause';
  if (hasFailed(view)) return 'retry';
  return mouse ? 'mouse' : null;
}

const YES_WORDS = { rollback: 'roll back', undo: 'undo', correct: 'choose anew', apply: 'accept' } as const;

/** One key says yes to all that goes back. */
const yesWord = (dialog: Dialog | null): HintMoment['words'] =>
  dialog?.kind === 'rollback' ? { 'roll-back-both': YES_WORDS[dialog.purpose] } : {};

const LEAVING_OUT: readonly ActionId[] = ['leave-path', 'leave-all-paths'];

/** What a rollback could do, but not this one: it isn't among the choices of its dialog. */
function notOffered(dialog: Dialog | null): readonly ActionId[] {
  if (dialog?.kind !== 'rollback') return [];
  if (dialog.page !== 'rollback') return dialog.purpose === 'rollback' ? [] : LEAVING_OUT;
  const offered = new Set<ActionId>(rollbackChoices(dialog).map(({ action }) => action));
  return ROLLBACK_KEYS.map(({ action }) => action).filter(
    (action) => action !== 'choose' && !offered.has(action),
  );
}

function hasFailures(view: PlanView): boolean {
  const { failed, tolerated } = countSteps(view);
  return failed > tolerated;
}
