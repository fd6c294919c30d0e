import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { OnceStory, type Kill } from '../support/once-story.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();
/** Said as it comes: nothing but the machine should be in the way. */
const SLOW_MS = 3000;
/** What the plan makes, one write after the other. */
const WRITTEN = [
  'one.log',
  'made/deep/text',
  'again.log',
  'back.log',
  'x1.log',
  'z.log',
  'p1.log',
  'last.log',
];
const KILLED_RUNS = Math.min(runs, 300);

it(`ends as if nothing had been, killed in ${KILLED_RUNS} runs at random moments`, async () => {
  using first = new OnceStory();
  const undisturbed = await first.run();
  const kill: fc.Arbitrary<Kill> = fc.record({
    // Half of them in the middle of a write, for sure.
    at: fc.oneof(fc.integer({ min: 1, max: first.told.size }), fc.constantFrom(...WRITTEN)),
    delayMs: fc.integer({ min: 0, max: 20 }),
    whom: fc.constantFrom('runner', 'all'),
  });
  const plans = fc.sample(fc.array(kill, { minLength: 1, maxLength: 3 }), { seed, numRuns: KILLED_RUNS });
  const readyMs: number[] = [];
  let asked = 0;
  for (const [index, kills] of plans.entries()) {
    using story = new OnceStory();
    const how = `run ${index}: ${JSON.stringify(kills)}`;
    expect(await story.run(kills), how).toEqual(undisturbed);
    expect(await story.lost(), how).toEqual([]);
    expect(story.sandbox.processes(), how).toEqual([]);
    expect(await story.sandbox.json('storage', 'verify'), how).toMatchObject({ exit_code: 0 });
    for (const ms of story.readyMs)
      if (ms > SLOW_MS) process.stdout.write(`ready after ${Math.round(ms)} ms, ${how}\n`);
    readyMs.push(...story.readyMs);
    asked += story.asked;
  }
  readyMs.sort((a, b) => a - b);
  const at = (part: number): string =>
    `${Math.round(readyMs[Math.floor(part * (readyMs.length - 1))] ?? 0)} ms`;
  process.stdout.write(
    `${readyMs.length} resumes: ready after ${at(0.5)} (median), ${at(0.95)} (95 of 100), ${at(1)} (slowest); ` +
      `a person was asked ${asked} times\n`,
  );
});
