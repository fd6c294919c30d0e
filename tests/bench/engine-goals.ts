import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openApp, type App } from '../../src/app/compose.ts';
import type { EventListener } from '../../src/ports/event-listener.ts';
import { QUIET } from '../support/workspace-bench.ts';
import type { BenchFolders } from './bench-folders.ts';
import { besideFloor, single, withinMs, type Goal, type Measured } from './goal.ts';
import { round, summarize, time } from './measure.ts';
import { openRaw } from './raw-database.ts';
import { AGENTS } from './screen-probe.ts';

const TURNS = 6;
const STEPS_A_TURN = 150;
const PLANS = 3;

/** A plan whose steps do nothing but set a value, one after the other. */
function writePlan(folder: string, steps: number): string {
  const lines = Array.from(
    { length: steps },
    (_, n) => `  - { uses: plan.set, with: { key: k${n % 10}, value: ${n} } }`,
  );
  const file = join(folder, `steps-${steps}.plan.yaml`);
  writeFileSync(file, `name: steps-${steps}\nsteps:\n${lines.join('\n')}\n`);
  return file;
}

/** Hears when each step has ended, durably. */
class StepTimes implements EventListener {
  readonly times: number[] = [];
  #last: number | null = null;

  onEvent({ type }: Parameters<NonNullable<EventListener['onEvent']>>[0]): void {
    if (type !== 'step.completed') return;
    const now = performance.now();
    if (this.#last !== null) this.times.push(now - this.#last);
    this.#last = now;
  }
}

async function runPlan(app: App, file: string, workspace: string, listener: EventListener): Promise<string> {
  const { plan_id } = await app.createPlan({ file, workspace, inputs: {} });
  const { outcome } = await app.startPlan(plan_id, { ...QUIET, listeners: [listener] });
  const { error } = await outcome;
  if (error) throw new Error(`the plan of the bench failed: ${error.message}`);
  return plan_id;
}

/** Commits of one small row each, in a database that is as durable as ours. */
class RawCommits implements Disposable {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;

  constructor(folder: string) {
    this.#database = openRaw(folder);
    this.#database.exec('create table events (seq integer primary key, payload text not null)');
    this.#insert = this.#database.prepare('insert into events (payload) values (?)');
  }

  add(): void {
    this.#insert.run('{"step_id":"step-1","call_id":null,"output":{}}');
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

async function measureSteps(folders: BenchFolders): Promise<Measured> {
  const folder = folders.fresh('steps');
  const workspace = folders.fresh('workspace');
  const file = writePlan(folder, STEPS_A_TURN);
  const app = openApp({ cwd: workspace, env: folders.env(join(folder, 'home')), set: {} });
  using raw = new RawCommits(folder);
  const [ours, floor]: [number[], number[]] = [[], []];
  const pair = (): void => {
    raw.add();
    raw.add();
  };
  try {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const listener = new StepTimes();
      await runPlan(app, file, workspace, listener);
      ours.push(...listener.times);
      for (let n = 0; n < STEPS_A_TURN; n += 1) floor.push(await time(pair));
    }
  } finally {
    await app.close();
  }
  const measured = besideFloor('one step beside two raw commits', summarize(ours), summarize(floor), 0);
  return { ...measured, limits: withinMs('', measured.value, 1.5).limits };
}

/** Seconds of a whole `plan run` of the built program. */
async function timePlan(folders: BenchFolders, steps: number): Promise<number> {
  const folder = folders.fresh('plan');
  const file = writePlan(folder, steps);
  const args = [AGENTS, 'plan', 'run', file, '-C', folders.fresh('workspace'), '--quiet'];
  const env = folders.env(join(folder, 'home'));
  const ms = await time(() => {
    const done = spawnSync(process.execPath, args, {
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status !== 0) throw new Error(`the plan of ${steps} steps ended with ${done.status}`);
  });
  return ms / 1000;
}

const steps: Goal = {
  number: 10,
  what: 'a durable step that does nothing, end to end; a plan of 1,000 and of 10,000 of them, `plan run` as a whole',
  floor: 'two raw commits; linear',
  goal: '<= 1.5 ms p50; <= 2 s; <= 11 x',
  measure: async (folders) => {
    const step = await measureSteps(folders);
    const [thousand, tenThousand]: [number[], number[]] = [[], []];
    for (let n = 0; n < PLANS; n += 1) thousand.push(await timePlan(folders, 1000));
    tenThousand.push(await timePlan(folders, 10_000));
    const [short, long] = [summarize(thousand), summarize(tenThousand)];
    const growth = round(long.p50 / short.p50);
    return [
      step,
      inSeconds('plan of 1,000 steps', short, { of: 's p50', is: short.p50, atMost: 2 }),
      { ...inSeconds('plan of 10,000 steps', long, { of: 'ratio', is: growth, atMost: 11 }), floor: short },
    ];
  },
};

function inSeconds(name: string, value: Measured['value'], limit: Measured['limits'][number]): Measured {
  return { name, unit: 's', value, floor: null, limits: [limit] };
}

const FORKS = 20;

const fork: Goal = {
  number: 12,
  what: 'fork of a plan of 1,000 steps in the same folder',
  floor: '-',
  goal: '<= 50 ms, no blob copied',
  measure: async (folders) => {
    const folder = folders.fresh('fork');
    const home = join(folder, 'home');
    const workspace = folders.fresh('workspace');
    const app = openApp({ cwd: workspace, env: folders.env(home), set: {} });
    try {
      const planId = await runPlan(app, writePlan(folder, 1000), workspace, {});
      const { signal } = new AbortController();
      const ask = { timeoutMs: null, signal, onProgress: () => undefined };
      const { id } = await (await app.control()).checkpoint(planId, null, ask);
      const rollbacks = await app.rollbacks();
      const before = countContents(home);
      const times: number[] = [];
      for (let n = 0; n < FORKS; n += 1) {
        times.push(await time(() => rollbacks.fork(planId, id, null, ask)));
      }
      const is = countContents(home) - before;
      const copied = { name: 'blobs copied', unit: '', value: single(is), floor: null };
      return [
        withinMs('fork', summarize(times), 50),
        { ...copied, limits: [{ of: 'blobs', is, atMost: 0 }] },
      ];
    } finally {
      await app.close();
    }
  },
};

/** Contents in a home, in the database and as files. */
function countContents(home: string): number {
  const database = new Database(join(home, 'objects.db'), { readonly: true });
  const rows = database.prepare('select count(*) from blobs').pluck().get() as number;
  database.close();
  const folder = join(home, 'objects');
  return rows + (existsSync(folder) ? readdirSync(folder, { recursive: true }).length : 0);
}

export const engineGoals: readonly Goal[] = [steps, fork];
