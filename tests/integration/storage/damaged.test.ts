import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { damagedHomes } from '../../support/damage.ts';
import { ran } from '../../support/notes-plan.ts';

/** The same cases each time; others, and many more: `npm run soak -- damage`. */
const SEED = 8;

it('Given a home with a damaged file, then all that is asked of it ends with a clear word', async () => {
  await using bench = await ran(new CliBench());
  const files = readdirSync(join(bench.home, 'agents')).filter((name) => name.endsWith('.db'));
  await fc.assert(damagedHomes(bench, files, 'one\n'), { numRuns: 3, seed: SEED, endOnFailure: true });
});
