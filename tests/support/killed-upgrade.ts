import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { KeptBench } from './kept-bench.ts';
import type { KeptHome } from './kept-homes.ts';
import { runProgram } from './storage-processes.ts';

/** How many moments there are at which the upgrade of a database can be killed: before each statement. */
export async function countMoments(kept: KeptHome, name: string): Promise<number> {
  await using bench = new KeptBench(kept);
  const { code, stdout } = await runProgram('upgrade-program', [join(bench.store, name), '0']);
  expect(code).toBe(0);
  return Number(stdout);
}

/** The next start upgrades what is left of a killed one, with all that was kept, and clears up after it. */
export async function expectUpgradedAfterKill(kept: KeptHome, name: string, moment: number): Promise<void> {
  await using bench = new KeptBench(kept);
  const { code } = await runProgram('upgrade-program', [join(bench.store, name), String(moment)]);
  expect(code, `killed before statement ${moment}`).toBeNull();
  await bench.expectKept();
  expect(readdirSync(bench.store).filter((file) => file.includes('.copy-'))).toEqual([]);
}
