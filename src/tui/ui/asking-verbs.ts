import type { Checkpoint } from '../../domain/checkpoint.ts';
import { parseCheckpointNumber, shortId } from '../../domain/ids.ts';
import type { RollbackScope } from '../../domain/plan-event.ts';
import type { PlanView } from '../store/plan-view.ts';
import { ACTING } from './acting.ts';
import { openOrder, openRollbackTo, ROLLING_BACK } from './rolling-back.ts';
import type { UiContext, UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** Names no plan, or the one of this screen. */
export function isOfThisPlan(words: readonly string[], { rootId }: PlanView): boolean {
  const [named, ...more] = words;
  if (more.length > 0) return false;
  return named === undefined || [rootId, shortId(rootId)].includes(named.toUpperCase());
}

/**
 * Verbs that a command does only with a yes: here the dialog of the key asks for it. Null where more is said than the
 * dialog knows of: then the command takes the line as it is.
 */
export function askedFirst(
  state: UiState,
  verb: string,
  rest: readonly string[],
  context: UiContext,
): UiStep | null {
  const isThis = isOfThisPlan(rest, context.view);
  if (verb === 'cancel' && isThis) return ACTING['cancel-plan'](state, context, null);
  if (verb === 'undo' && isThis) return ROLLING_BACK.undo(state, context, null);
  if (verb === 'apply' && isThis) return ROLLING_BACK.apply(state, context, null);
  if (verb === 'correct') return askCorrect(state, rest, context);
  return verb === 'rollback' ? askRollback(state, rest, context) : null;
}

const SCOPES: Readonly<Record<string, RollbackScope>> = {
  '--plan-only': 'plan_only',
  '--files-only': 'files_only',
};

/** `12`, `12 --plan-only`, `good`, `XZ6T 12`; without a checkpoint: the selected one. */
function askRollback(state: UiState, rest: readonly string[], context: UiContext): UiStep | null {
  const options = rest.filter((word) => word.startsWith('-'));
  const names = rest.filter((word) => !word.startsWith('-'));
  const scope = options[0] === undefined ? null : SCOPES[options[0]];
  if (scope === undefined || options.length > 1) return null;
  if (scope === null && isOfThisPlan(names, context.view)) return ROLLING_BACK.rollback(state, context, null);
  const name = names.at(-1);
  if (name === undefined || !isOfThisPlan(names.slice(0, -1), context.view)) return null;
  const checkpoint = checkpointNamed(context.view, name);
  return checkpoint && openRollbackTo(state, context, checkpoint, scope);
}

/** `style --choose short`, `XZ6T style --choose=short` */
function askCorrect(state: UiState, rest: readonly string[], context: UiContext): UiStep | null {
  const at = rest.findIndex((word) => word === '--choose' || word.startsWith('--choose='));
  const option = rest[at] ?? '';
  const isOneWord = option.includes('=');
  const choice = isOneWord ? option.slice('--choose='.length) : rest[at + 1];
  const names = rest.filter((_, index) => index !== at && (isOneWord || index !== at + 1));
  const decision = names.at(-1);
  if (at === -1 || choice === undefined || decision === undefined || decision.startsWith('-')) return null;
  if (!isOfThisPlan(names.slice(0, -1), context.view)) return null;
  return openOrder(state, context, { kind: 'correct', decision, choice });
}

/** By its number, or by a label that only one has; else the command says what fits. */
function checkpointNamed({ checkpoints }: PlanView, name: string): Checkpoint | null {
  const number = parseCheckpointNumber(name);
  const fits = [...checkpoints].filter((one) =>
    number === null ? one.label === name : one.number === number,
  );
  return fits.length === 1 ? (fits[0] as Checkpoint) : null;
}
