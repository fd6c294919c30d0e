import * as fc from 'fast-check';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WaitingError } from '../../src/domain/errors.ts';
import { KillBench } from '../support/kill-bench.ts';
import { KilledRollback, ROLLBACK } from '../support/killed-rollback.ts';
import { ONCE_FILES, ONCE_PLAN } from '../support/once-plan.ts';
import { withoutOrder } from '../support/once-story.ts';
import { readSoak } from './soak-options.ts';

const { seed } = readSoak();

const RANDOM_KILLS = 100;
/** Over how long after its begin a process is killed at random, milliseconds. */
const ROLLBACK_SPAN_MS = 300;
const RUN_SPAN_MS = 900;
const KILLS_FOR_GROWTH = 50;
/** Far more than a busy machine gives cause to. */
const MOST_ASKED = 20;

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
    await using bench = await KillBench.empty(ONCE_FILES);
    await bench.bench.write('../once.plan.yaml', ONCE_PLAN);
    await bench.withApp(async (app) => {
      const file = join(bench.bench.root, 'once.plan.yaml');
      bench.planId = (await app.createPlan({ file, workspace: bench.bench.workspace, inputs: {} })).plan_id;
    });
    bench.keep('stored');
    const named = momentsIn((await bench.run({ what: 'execute' }, ['trace'])).stdout);
    const undisturbed = withoutOrder(bench.files);
    let asked = 0;
    for (const [at, times] of named) {
      const [random = 1] = fc.sample(fc.integer({ min: 1, max: times }), { seed, numRuns: 1 });
      for (const time of new Set([1, random, times])) {
        do {
          bench.putBack('stored');
          await bench.run({ what: 'execute', die: { at, time } });
          // A tool that outlived its run by a second, on a busy machine: rightly a person is asked.
        } while (!(await goesOn(bench)) && (asked += 1) < MOST_ASKED);
        expect(withoutOrder(bench.files), `${at} (${time})`).toEqual(undisturbed);
        expect((await bench.collected()).findings, `${at} (${time})`).toEqual([]);
      }
    }
    process.stdout.write(`${named.size} named moments of a run; a person was asked ${asked} times\n`);
  });
});

/** False if a person would have to say what becomes of a write that was cut off. */
async function goesOn(bench: KillBench): Promise<boolean> {
  return await bench.withApp(async (app) => {
    // Steps side by side may come by a moment once less; and some come behind the plan's end.
    const { phase, state } = await (await app.storage()).plans.get(bench.planId);
    if (phase === 'execute' && state === 'complete') return true;
    try {
      await bench.bench.execute(app, bench.planId);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof WaitingError)) throw thrown;
      return false;
    }
  });
}

/** All moments that a rollback comes by, and how often. */
async function moments({ it: bench }: KilledRollback): Promise<ReadonlyMap<string, number>> {
  bench.putBack('ended');
  return momentsIn((await bench.run(ROLLBACK, ['trace'])).stdout);
}

function momentsIn(stdout: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const said = stdout.split('\n').filter((line) => /^(before|after|restore) /.test(line));
  for (const moment of said.slice(said.indexOf('before leases.acquire'))) {
    counts.set(moment, (counts.get(moment) ?? 0) + 1);
  }
  return counts;
}
