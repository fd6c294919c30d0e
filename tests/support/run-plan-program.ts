/** A process that runs a plan, to be killed in the middle of it: `node run-plan-program.ts ROOT PLAN SET.json`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApp } from '../../src/app/compose.ts';

const [, , root = '', planId = '', set = '{}'] = process.argv;
const env = { PATH: process.env['PATH'], HOME: root, AGENTS_HOME: join(root, 'home') };
const app = openApp({ cwd: root, env, set: JSON.parse(set) as Record<string, string> });
// Whom a step of the plan kills.
writeFileSync(join(root, 'runner'), String(process.pid));
const { outcome } = await app.startPlan(planId, {
  listeners: [],
  prompter: null,
  inputs: {},
  rerun: [],
  skip: [],
  takeOver: false,
  stayWhenPaused: false,
});
await outcome;
await app.close();
