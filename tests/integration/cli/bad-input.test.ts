import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { ArchiveBench } from '../../support/bad-archives.ts';
import * as bad from '../../support/bad-input.ts';
import { CliBench } from '../../support/cli-bench.ts';
import { ran } from '../../support/notes-plan.ts';

/** The same cases each time; others, and many more: `npm run soak -- bad-input`. */
const SEED = 4;

let bench: CliBench;
let reader: CliBench;
let archive: Buffer;
let imports: ArchiveBench;

beforeAll(async () => {
  bench = await ran(new CliBench());
  reader = new CliBench();
  await bench.run('plan', 'checkpoint', 'export', 'last', 'plan.agents');
  archive = readFileSync(join(bench.folder, 'plan.agents'));
  imports = new ArchiveBench(archive);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await reader[Symbol.asyncDispose]();
  await imports[Symbol.asyncDispose]();
});

describe('what is wrong with the input is said, and nothing else happens', () => {
  it.each([
    ['documents', 250, () => bad.documents],
    ['expressions', 500, () => bad.expressions],
    ['settings', 250, () => bad.settings],
    ['command lines', 250, () => bad.commandLines(bench)],
    ['archives', 10, () => bad.archives(reader, archive)],
    ['imports', 80, () => imports.changed()],
  ] as const)('%s', async (_, numRuns, property) => {
    await fc.assert(property() as fc.IAsyncProperty<unknown>, { numRuns, seed: SEED, endOnFailure: true });
  });
});
