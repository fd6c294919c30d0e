import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OnceMoments } from '../support/once-moments.ts';

/** All of them: `npm run soak -- kills`. */
const MOMENTS = [
  'after leases.acquire',
  'after plans.append',
  'before files.capture',
  'after objects.putTree',
  'after operations.begin',
  'restore after-unlink',
  'before lock.acquire',
  'before leases.release',
];

describe('a run whose every effect can be counted', () => {
  let moments: OnceMoments;
  beforeAll(async () => {
    moments = await OnceMoments.create();
  });
  afterAll(() => moments[Symbol.asyncDispose]());

  it.each(MOMENTS)('Given that it is killed %s, then it ends as if nothing had been', async (at) => {
    const times = moments.named.get(at) ?? 0;
    expect(times).toBeGreaterThan(0);
    expect(await moments.endOf(at, Math.ceil(times / 2))).toEqual(moments.undisturbed);
    expect((await moments.bench.collected()).findings).toEqual([]);
  });
});
