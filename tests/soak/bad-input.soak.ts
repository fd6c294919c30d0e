import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { ArchiveBench } from '../support/bad-archives.ts';
import * as bad from '../support/bad-input.ts';
import { CliBench } from '../support/cli-bench.ts';
import { ran } from '../support/notes-plan.ts';
import { RequestBench } from '../support/request-bench.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();
/** A command that reads one makes a home: so much longer than the import alone does it take. */
const RUNS_PER_COMMAND = 50;

describe(`what is wrong with the input is said, and nothing else happens, seed ${seed}`, () => {
  it.each([
    ['documents', bad.documents],
    ['expressions', bad.expressions],
    ['settings', bad.settings],
  ] as const)(`%s, ${runs} of them`, async (_, property) => {
    await fc.assert(property as fc.IAsyncProperty<unknown>, { numRuns: runs, seed });
  });

  it(`command lines, ${runs} of them`, async () => {
    await using bench = await ran(new CliBench());
    await fc.assert(bad.commandLines(bench), { numRuns: runs, seed });
  });

  it(`requests, ${runs} of them`, async () => {
    await using bench = await RequestBench.create();
    const { id } = await bench.history.checkpoint();
    await fc.assert(bad.requests(bench, id), { numRuns: runs, seed });
    await bench.expectWhole();
  });

  it(`archives, ${runs} of them`, async () => {
    await using bench = await ran(new CliBench());
    await using reader = new CliBench();
    await bench.run('plan', 'checkpoint', 'export', 'last', 'plan.agents');
    const archive = readFileSync(join(bench.folder, 'plan.agents'));
    await using imports = new ArchiveBench(archive);
    await fc.assert(imports.changed(), { numRuns: runs, seed, endOnFailure: true });
    await fc.assert(bad.archives(reader, archive), { numRuns: Math.ceil(runs / RUNS_PER_COMMAND), seed });
  });
});
