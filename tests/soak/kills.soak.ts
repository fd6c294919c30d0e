import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KillBench } from '../support/kill-bench.ts';
import { KilledRollback, ROLLBACK } from '../support/killed-rollback.ts';
import { momentsIn, OnceMoments } from '../support/once-moments.ts';
import { readSoak } from './soak-options.ts';

const { seed } = readSoak();

const RANDOM_KILLS = 100;
/** Over how long after its begin a process is killed at random, milliseconds. */
const ROLLBACK_SPAN_MS = 300;
const RUN_SPAN_MS = 900;
const KILLS_FOR_GROWTH = 50;

const delays = (span: number): readonly number[] =>
  fc.sample(fc.integer({ min: 0, max: span }), { seed, numRuns: RANDOM_KILLS });

describe('a rollback of fifty paths that is killed', () => {
  let killed: KilledRollback;
  beforeAll(async () => {
    killed = await KilledRollback.create();
  });
  afterAll(() => killed[Symbol.asyncDispose]());

  it('ends exactly both ways from every moment', async () => {
    for (const [at, times] of await moments(killed)) {
      const [random = 1] = fc.sample(fc.integer({ min: 1, max: times }), { seed, numRuns: 1 });
      for (const time of new Set([1, random, times])) {
        await killed.killAt({ at, time });
        await killed.expectBothEnds(`${at} (${time})`);
      }
    }
  });

  it(`ends exactly both ways from ${RANDOM_KILLS} random moments`, async () => {
    for (const delay of delays(ROLLBACK_SPAN_MS)) {
      await killed.killAfter(delay);
      await killed.expectBothEnds(`${delay} ms after its begin`);
    }
  });

  it(`leaves nothing that grows, killed ${KILLS_FOR_GROWTH} times`, async () => {
    const { 'restore after-stage': stages = 1 } = Object.fromEntries(await moments(killed));
    killed.it.putBack('ended');
    const sizes: number[] = [];
    for (let kill = 0; kill < KILLS_FOR_GROWTH; kill += 1) {
      await killed.it.run({
        ...ROLLBACK,
        die: { at: 'restore after-stage', time: 1 + ((kill * 7) % stages) },
      });
      await killed.it.withApp(async (_, rollbacks) => killed.abortAll(rollbacks));
      expect(killed.it.files).toEqual(killed.it.after);
      sizes.push((await killed.it.collected()).bytes);
    }
    expect(sizes).toEqual(sizes.map(() => sizes[0]));
  });
});

describe('a run that is killed', () => {
  it(`ends as if nothing had been from ${RANDOM_KILLS} random moments`, async () => {
    await using bench = await KillBench.stored();
    await bench.withApp((app) => bench.bench.execute(app, bench.planId));
    const after = bench.files;
    for (const delay of delays(RUN_SPAN_MS)) {
      bench.putBack('stored');
      await bench.killAfter({ what: 'execute' }, delay);
      await bench.withApp(async (app) => {
        const { phase, state } = await (await app.storage()).plans.get(bench.planId);
        // It was through before it was killed.
        if (phase !== 'execute' || state !== 'complete') await bench.bench.execute(app, bench.planId);
        expect(bench.files, `${delay} ms after its begin`).toEqual(after);
        await bench.bench.rollBack(app, bench.planId, 1);
        expect(bench.files, `${delay} ms after its begin, rolled back`).toEqual(bench.before);
      });
      expect((await bench.collected()).findings).toEqual([]);
    }
  });
});

describe('a run whose every effect can be counted', () => {
  it('ends as if nothing had been from every named moment', async () => {
    await using once = await OnceMoments.create();
    for (const [at, times] of once.named) {
      const [random = 1] = fc.sample(fc.integer({ min: 1, max: times }), { seed, numRuns: 1 });
      for (const time of new Set([1, random, times])) {
        expect(await once.endOf(at, time), `${at} (${time})`).toEqual(once.undisturbed);
        expect((await once.bench.collected()).findings, `${at} (${time})`).toEqual([]);
      }
    }
    process.stdout.write(
      `${once.named.size} named moments of a run; a person was asked ${once.asked} times\n`,
    );
  });
});

/** All moments that a rollback comes by, and how often. */
async function moments({ it: bench }: KilledRollback): Promise<ReadonlyMap<string, number>> {
  bench.putBack('ended');
  return momentsIn((await bench.run(ROLLBACK, ['trace'])).stdout);
}
