import { TRIGGERS, type Trigger } from '../../domain/checkpoint.ts';
import type { ActionId } from '../keys/key-row.ts';
import { TRIGGER_WORDS } from '../words/glyphs.ts';
import { live } from './checkpoint-selection.ts';
import { say, show, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** To the newest, which is followed from now on: there the plan is as it is now. */
export const followNewest: UiHandler = (state) => show({ ...live(state), lastList: 'checkpoints' });

export const toggleNewest: UiHandler = (state, context, key) =>
  state.checkpointFollow ? show({ ...state, checkpointFollow: false }) : followNewest(state, context, key);

/** One trigger after the other, of those that have taken a checkpoint; then all. */
const filterTrigger: UiHandler = (state, { view: { checkpoints } }) => {
  const there = TRIGGERS.filter((trigger) => checkpoints.has(trigger));
  if (there.length < 2) return say(state, 'i: there are no two triggers to tell apart yet');
  const all: readonly UiState['checkpointTriggers'][] = ['all', ...there];
  const checkpointTriggers = all[(all.indexOf(state.checkpointTriggers) + 1) % all.length] ?? 'all';
  return say({ ...state, checkpointTriggers }, `i: ${shownText(checkpointTriggers)}`, 'dim');
};

const shownText = (triggers: 'all' | Trigger): string =>
  triggers === 'all' ? 'all checkpoints' : `only checkpoints "${TRIGGER_WORDS[triggers]}"`;

export const TIMELINE = { newest: followNewest, 'filter-trigger': filterTrigger } as const satisfies Partial<
  Record<ActionId, UiHandler>
>;
