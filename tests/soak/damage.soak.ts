import * as fc from 'fast-check';
import { it } from 'vitest';
import { DamageBench, damagedHomes } from '../support/damage.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();
/** Each is looked at by twenty commands, and comes from a copy of its own. */
const numRuns = Math.ceil(runs / 10);

it(`damaged files of the home, seed ${seed}, ${numRuns} of them`, async () => {
  await using bench = new DamageBench();
  const files = await bench.fill();
  await fc.assert(damagedHomes(bench, files), { numRuns, seed, endOnFailure: true });
  process.stdout.write(`${files.join(', ')}; the slowest: ${JSON.stringify(bench.slowest)}\n`);
});
