/**
 * What is too long for `npm test`: `npm run soak -- [--seed N] [--runs N] [NAME]`. Without a seed another one each time; it is
 * printed, and told again it tells the same stories. NAME: only files whose name holds it.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { soakEnvironment } from './soak-options.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '5000' } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 0x7fffffff));
const runs = Number(values.runs);
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1)
  throw new Error('--seed and --runs are whole numbers');
process.stdout.write(`seed ${seed}: npm run soak -- --seed ${seed} --runs ${runs}\n`);
const { status } = spawnSync('vitest', ['run', '--config', 'tests/soak/vitest.config.ts', ...positionals], {
  stdio: 'inherit',
  env: { ...process.env, ...soakEnvironment({ seed, runs }) },
});
process.exitCode = status ?? 1;
