import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { CliBench } from '../support/cli-bench.ts';
import { damagedHomes } from '../support/damage.ts';
import { ran } from '../support/notes-plan.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();
/** Each is looked at by ten commands, and comes from a copy of its own. */
const numRuns = Math.ceil(runs / 10);

it(`damaged files of the home, seed ${seed}, ${numRuns} of them`, async () => {
  await using bench = await ran(new CliBench());
  const files = readdirSync(join(bench.home, 'agents')).filter((name) => name.endsWith('.db'));
  await fc.assert(damagedHomes(bench, files, 'one\n'), { numRuns, seed });
});
