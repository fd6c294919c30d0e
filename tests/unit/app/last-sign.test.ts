import { expect, it } from 'vitest';
import { lastSignOf } from '../../../src/app/bring-back.ts';

/** Seconds of some minute. */
const at = (second: number): string => new Date(second * 1000).toISOString();
const held = (since: number, beat: number): { readonly since: string; readonly heartbeat_at: string } => ({
  since: at(since),
  heartbeat_at: at(beat),
});

it.each([
  ['its heartbeat came after it began', [held(10, 15)], 12, 60, 16],
  ['a busy machine held up its heartbeat', [held(10, 11)], 14, 60, 15],
  ['others held it before and behind it', [held(1, 5), held(10, 15), held(20, 25)], 12, 60, 16],
  ['nobody is known who held it then', [held(20, 25)], 12, 60, 0],
  ['the clock was set back since the heartbeat', [held(10, 15)], 12, 14, 0],
  ['the clock was set back since the beginning', [held(10, 11)], 14, 12, 0],
] as const)(
  'Given %s, then the last sign of a writer is what is sure',
  (_, earlier, startedAt, now, wanted) => {
    expect(lastSignOf(earlier, startedAt * 1000, now * 1000)).toBe(wanted * 1000);
  },
);
