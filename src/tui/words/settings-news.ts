import { AUTO_TRIGGERS } from '../../domain/checkpoint.ts';
import type { Originated, TriggerStanding } from '../../ports/trigger-settings.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import type { Tone } from './tone.ts';

/** An interval as it stands in a sentence. */
export const everyText = (value: number | null, unit: 'seconds' | 'steps'): string =>
  value === null ? `no ${unit}` : `every ${value} ${unit}`;

/** What happens if a checkpoint can't be stored. */
export const FAILURE_WORDS = { stop: 'the plan pauses', warn: 'the plan goes on' } as const;

/** What somebody changed in the settings of the triggers; null: nothing that matters, only its place. */
export function settingsNews(
  before: TriggerStanding,
  after: TriggerStanding,
): { readonly tone: Tone; readonly text: string } | null {
  if (after.fault && after.fault.message !== before.fault?.message) {
    const text = `settings not taken, the old ones hold: ${firstLine(after.fault.message)}`;
    return { tone: 'bad', text };
  }
  const changes = [
    ...triggerChanges(before.autoCreateOn, after.autoCreateOn),
    ...changed(before.intervalSeconds, after.intervalSeconds, (value) => everyText(value, 'seconds')),
    ...changed(before.intervalSteps, after.intervalSteps, (value) => everyText(value, 'steps')),
    ...changed(before.onFailure, after.onFailure, (value) => `if one fails ${FAILURE_WORDS[value]}`),
  ];
  if (changes.length > 0) return { tone: 'attention', text: `the settings say now: ${changes.join('; ')}` };
  return before.fault && !after.fault ? { tone: 'good', text: 'the settings are sound again' } : null;
}

function triggerChanges(
  before: TriggerStanding['autoCreateOn'],
  after: TriggerStanding['autoCreateOn'],
): readonly string[] {
  const differing = AUTO_TRIGGERS.filter(
    (trigger) => before.value.includes(trigger) !== after.value.includes(trigger),
  );
  if (differing.length === 0) return [];
  const words = differing.map((trigger) => `${trigger} ${after.value.includes(trigger) ? 'on' : 'off'}`);
  return [`${words.join(', ')} (${safeText(after.origin)})`];
}

function changed<T>(
  before: Originated<T>,
  after: Originated<T>,
  textOf: (value: T) => string,
): readonly string[] {
  return before.value === after.value ? [] : [`${textOf(after.value)} (${safeText(after.origin)})`];
}
