import { expect, it } from 'vitest';
import { Crowd } from '../support/crowd.ts';

/** See Crowd: what each does in turn. The longer story: npm run soak -- crowd. */
const [RUN, DETACHED, ROLL_BACK, PRUNE, COLLECT, LIST, LABEL, CHECKPOINT, CANCEL, UNDO] = [
  17, 0, 7, 9, 10, 11, 14, 15, 5, 8,
];
const PEOPLE: readonly (readonly number[])[] = [
  [RUN, CHECKPOINT, ROLL_BACK, UNDO],
  [RUN, LABEL, PRUNE, LIST],
  [DETACHED, COLLECT, CHECKPOINT, CANCEL],
];

it('Given three people on one home and one folder, then no checkpoint is lost, and nobody hears of a lock', async () => {
  using crowd = new Crowd();
  await Promise.all(PEOPLE.map((numbers) => crowd.person(numbers)));
  await crowd.settle();
  expect(crowd.faults).toEqual([]);
  expect(crowd.acknowledged).toBeGreaterThan(10);
});
