import { expect, it } from 'vitest';
import { changedInterval, INTERVAL_UNITS } from '../../../src/domain/interval-change.ts';

it.each([
  ['seconds', null, 'more', 10],
  ['seconds', 10, 'more', 30],
  ['seconds', 45, 'more', 60],
  ['seconds', 3600, 'more', 3600],
  ['seconds', 86_400, 'more', 86_400],
  ['seconds', 86_400, 'less', 3600],
  ['seconds', 10, 'less', null],
  ['seconds', null, 'less', null],
  ['seconds', null, 'switch', 300],
  ['steps', null, 'more', 1],
  ['steps', 7, 'less', 5],
  ['steps', 1, 'less', null],
  ['steps', null, 'switch', 10],
  ['steps', 7, 'switch', null],
] as const)('%s: %s %s is %s', (unit, value, change, after) => {
  expect(changedInterval(unit, value, change)).toBe(after);
});

it.each(INTERVAL_UNITS)('every distance in %s is reached, up and down', (unit) => {
  const up: number[] = [];
  for (let value = changedInterval(unit, null, 'more'); value !== null && !up.includes(value);)
    value = changedInterval(unit, (up.push(value), value), 'more');
  const down: number[] = [];
  for (let value: number | null = up.at(-1) ?? null; value !== null;) {
    down.push(value);
    value = changedInterval(unit, value, 'less');
  }
  expect(down.toReversed()).toEqual(up);
});
