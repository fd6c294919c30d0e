import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Crowd } from '../support/crowd.ts';
import { readSoak } from './soak-options.ts';

const { seed } = readSoak();
const LASTS_MS = Number(process.env['CROWD_MS'] ?? 60_000);

it.each([2, 4, 8])('%i people on one home and one folder for a minute', async (people) => {
  using crowd = new Crowd();
  const endsAt = performance.now() + LASTS_MS;
  const numbers = (person: number): readonly number[] =>
    fc.sample(fc.nat(), { seed: seed + people * 100 + person, numRuns: 1000 });
  const isOver = (): boolean => performance.now() > endsAt;
  await Promise.all(Array.from({ length: people }, (_, person) => crowd.person(numbers(person), isOver)));
  await crowd.settle();
  const ends = [...crowd.ends].map(([what, count]) => `${what}: ${count}`).toSorted();
  const delays = crowd.delays.map(({ max, own }) => `${own} (${max})`);
  process.stdout.write(
    `${people} people: ${crowd.acknowledged} checkpoints told of\n${ends.join(', ')}\n` +
      `screens held up at most by themselves (with all that the machine did), ms: ${delays.join(', ')}\n`,
  );
  expect(crowd.faults).toEqual([]);
});
