import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KilledRollback, ROLLBACK } from '../support/killed-rollback.ts';

/** Where a rollback ends itself, in the order of its work: at which moment, and which time. All others: `npm run soak`. */
const MOMENTS: readonly (readonly [at: string, time: number])[] = [
  ['after operations.begin', 1],
  ['before objects.flush', 1],
  ['before plans.append', 1],
  ['after plans.append', 1],
  ['before operations.update', 1],
  ['after operations.update', 1],
  ['restore after-stage', 20],
  ['restore after-put', 30],
  ['restore after-folder', 2],
  ['restore after-unlink', 1],
  ['restore after-rmdir', 1],
  ['restore before-mode', 3],
  ['restore after-unlink', 8],
  ['restore after-sync', 1],
  ['restore after-close', 1],
  ['before objects.flush', 2],
  ['after files.capture', 2],
  ['before plans.append', 2],
  ['after plans.append', 2],
];

const RANDOM_KILLS = 6;
/** Over how long after its begin a rollback is killed at random, milliseconds. */
const RANDOM_SPAN_MS = 260;

let killed: KilledRollback;

beforeAll(async () => {
  killed = await KilledRollback.create();
});

afterAll(() => killed[Symbol.asyncDispose]());

describe('a rollback of fifty paths that is killed', () => {
  it.each(MOMENTS)(
    'Given SIGKILL %s (%i), then --continue and --abort both end exactly',
    async (at, time) => {
      await killed.killAt({ at, time });
      await killed.expectBothEnds(at);
    },
  );

  it(`Given SIGKILL at ${RANDOM_KILLS} random moments, then --continue and --abort both end exactly`, async () => {
    for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
      const delay = (RANDOM_SPAN_MS * (kill + Math.random())) / RANDOM_KILLS;
      await killed.killAfter(delay);
      await killed.expectBothEnds(`${delay} ms after its begin`);
    }
  });

  it.each([
    ['continue', 'restore after-put', 3],
    ['abort', 'restore after-put', 3],
    ['abort', 'after plans.append', 1],
  ] as const)(
    'Given SIGKILL of the --%s itself, %s (%i), then both end exactly all the same',
    async (what, at, time) => {
      await killed.killAt({ at: 'restore after-put', time: 30 });
      expect((await killed.it.run({ what, die: { at, time } })).signal).toBe('SIGKILL');
      await killed.expectBothEnds(`${what}, ${at}`);
    },
  );

  it('Given that it is killed again and again, then what a collection leaves does not grow', async () => {
    killed.it.putBack('ended');
    const sizes: number[] = [];
    for (let kill = 0; kill < 6; kill += 1) {
      await killed.it.run({ ...ROLLBACK, die: { at: 'restore after-stage', time: 1 + kill * 7 } });
      await killed.it.withApp(async (_, rollbacks) => killed.abortAll(rollbacks));
      expect(killed.it.files).toEqual(killed.it.after);
      sizes.push((await killed.it.collected()).objects);
    }
    expect(sizes).toEqual(sizes.map(() => sizes[0]));
  });
});
