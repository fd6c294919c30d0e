import { describe, expect, it } from 'vitest';
import {
  chooseToPrune,
  isInRanges,
  toRanges,
  type KeptBecause,
  type RetainedCheckpoint,
} from '../../../src/domain/retention.ts';

const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();

const one = (number: number, kept: KeptBecause | null = null): RetainedCheckpoint => ({
  id: `C${number}`,
  plan_id: 'P',
  number,
  seq: number * 10,
  trigger: 'interval',
  created_at: at(number),
  bytes: 1,
  kept,
});

describe('what goes', () => {
  it.each<[string, readonly RetainedCheckpoint[], number, string | null, readonly number[]]>([
    ['nothing is too much or too old', [one(1), one(2)], 0, null, []],
    ['there are fewer than there may be', [one(1), one(2)], -3, null, []],
    ['one is too many', [one(1), one(2)], 1, null, [1]],
    ['more are too many than may go', [one(1, 'pinned'), one(2), one(3, 'last')], 5, null, [2]],
    ['the oldest has to stay', [one(1, 'manual'), one(2), one(3)], 1, null, [2]],
    ['two are too old', [one(1), one(2), one(3)], 0, at(3), [1, 2]],
    ['one is too old and two are too many', [one(1), one(2), one(3)], 2, at(2), [1, 2]],
    ['what is too old has to stay', [one(1, 'error'), one(2)], 0, at(2), []],
  ])('Given %s', (_what, all, excess, before, gone) => {
    expect(chooseToPrune(all, excess, before).map(({ number }) => number)).toEqual(gone);
  });
});

describe('what goes to make up for what is stored too much', () => {
  it.each([
    [0, [], 0],
    [1, [1], 0],
    [2, [1, 3], 0],
    [9, [1, 3], 7],
  ])('Given %i bytes', (over, gone, left) => {
    const budget = { over };
    const all = [one(1), one(2, 'pinned'), one(3), one(4, 'last')];
    expect(chooseToPrune(all, 0, null, budget).map(({ number }) => number)).toEqual(gone);
    expect(budget.over).toBe(left);
  });
});

describe('ranges of numbers', () => {
  it.each<[readonly number[], readonly (readonly [number, number])[]]>([
    [[], []],
    [[4], [[4, 4]]],
    [
      [1, 2, 3, 5, 7, 8],
      [
        [1, 3],
        [5, 5],
        [7, 8],
      ],
    ],
  ])('%j', (numbers, ranges) => {
    expect(toRanges(numbers)).toEqual(ranges);
    for (let number = 0; number < 10; number += 1)
      expect(isInRanges(ranges, number)).toBe(numbers.includes(number));
  });
});
