import { expect, it } from 'vitest';
import type { TriggerStanding } from '../../../../src/ports/trigger-settings.ts';
import { settingsNews } from '../../../../src/tui/words/settings-news.ts';

const from = <T>(value: T, origin = '.agentsrc:3:5') => ({ value, origin, overrides: false });
const BEFORE: TriggerStanding = {
  autoCreateOn: from(['on_error']),
  intervalSeconds: from(null),
  intervalSteps: from(10),
  onFailure: from('stop'),
  file: { path: '/p/.agentsrc', exists: true },
  fault: null,
};
const fault = { code: 'invalid', message: 'a:1:1: no list\nb', hint: null };

it.each<[string, Partial<TriggerStanding>, string | null]>([
  ['nothing', {}, null],
  ['only its place', { autoCreateOn: from(['on_error'], '.agentsrc:9:9') }, null],
  [
    'triggers',
    { autoCreateOn: from(['on_tool_write'], 'default') },
    'the settings say now: on_tool_write on, on_error off (default)',
  ],
  [
    'intervals',
    { intervalSeconds: from(60), intervalSteps: from(null, 'user \u001B[2J') },
    'the settings say now: every 60 seconds (.agentsrc:3:5); no steps (user \\x1b[2J)',
  ],
  [
    'what a failure does',
    { onFailure: from('warn') },
    'the settings say now: if one fails the plan goes on (.agentsrc:3:5)',
  ],
  ['a fault', { fault }, 'settings not taken, the old ones hold: a:1:1: no list'],
])('Given %s, then it says %j', (_what, change, text) => {
  expect(settingsNews(BEFORE, { ...BEFORE, ...change })?.text ?? null).toBe(text);
});

it('Given a fault that stays, then nothing; that is mended, then so', () => {
  const broken = { ...BEFORE, fault };
  expect(settingsNews(broken, { ...broken })).toBeNull();
  expect(settingsNews(broken, BEFORE)).toEqual({ tone: 'good', text: 'the settings are sound again' });
});
