import { expect, it } from 'vitest';
import { LongUse, type UseFigures } from '../support/long-use.ts';

/** What stays of 100,000. */
const MOST = 1000;
const RUN = 2500;
const MARKS = [10_000, 25_000, 50_000, 100_000] as const;

/** How much more than at the first mark there may be at the last. */
const GROWTH: Readonly<Partial<Record<keyof UseFigures, number>>> = {
  ratio: 1.5,
  list50: 1.5,
  listAll: 1.5,
  stored: 1.1,
  agents: 1.2,
  objectsUsed: 1.2,
  objectsFile: 1.3,
  largestLog: 1.3,
  held: 1.2,
};

it(`${MARKS.at(-1)} checkpoints with retention on: nothing grows but the journal`, async () => {
  await using use = await LongUse.begin(MOST);
  const seen: UseFigures[] = [];
  let made = 0;
  for (const mark of MARKS) {
    for (; made < mark; made += RUN) await use.run(Math.min(RUN, mark - made));
    seen.push(await use.figures());
    process.stdout.write(`${lineOf(seen.at(-1) as UseFigures)}\n`);
  }
  const [first, last] = [seen[0] as UseFigures, seen.at(-1) as UseFigures];
  const grown = Object.entries(GROWTH).filter(
    ([name, most]) => last[name as keyof UseFigures] > first[name as keyof UseFigures] * most,
  );
  expect(grown, 'what has grown').toEqual([]);
  // The file is the journal and what stays flat; pages that became free are used again.
  expect(last.agentsFile - last.journal).toBeLessThan((first.agentsFile - first.journal) * 1.5);
}, 3_600_000);

function lineOf(figures: UseFigures): string {
  const { checkpoints, stored, ratio, p50, p99, list50, listAll, ...bytes } = figures;
  const times = { ratio, p50, p99, list50, listAll };
  return [
    `${checkpoints} checkpoints, ${stored} stay`,
    ...Object.entries(times).map(([name, value]) => `${name} ${value.toFixed(2)}`),
    ...Object.entries(bytes).map(([name, value]) => `${name} ${(value / 1024).toFixed(0)}K`),
  ].join('  ');
}
