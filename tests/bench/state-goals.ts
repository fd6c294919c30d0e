import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { CheckpointService } from '../../src/checkpoints/checkpoint-service.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import { FixedSettings } from '../support/fixed-settings.ts';
import { BenchJournal } from './bench-journal.ts';
import type { BenchFolders } from './bench-folders.ts';
import { tableMegabytes } from './database-bytes.ts';
import { besideFloor, single, withinMs, type Goal, type Measured } from './goal.ts';
import { heapMegabytes } from './heap-megabytes.ts';
import { round, summarize, time, type Figures } from './measure.ts';
import { openRaw } from './raw-database.ts';

const ROUNDS = 200;
const SIZES = [
  { kilobytes: 10, atMost: 0.8 },
  { kilobytes: 100, atMost: 0.25 },
  { kilobytes: 1000, atMost: 0.03 },
] as const;

/** The peer of a state checkpoint: the whole state as JSON, in one row of a table without anything else. */
class RawSnapshots implements Disposable {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;

  constructor(folder: string) {
    this.#database = openRaw(folder);
    this.#database.exec(
      'create table checkpoints (id text primary key, plan_id text, created_at text, state_snapshot text not null)',
    );
    this.#insert = this.#database.prepare('insert into checkpoints values (?, ?, ?, ?)');
  }

  add(id: string, plan: BenchJournal): void {
    const state = JSON.stringify(snapshotOf(plan.journal.plan(plan.planId)));
    this.#insert.run(id, plan.planId, '', state);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

async function measureStateCheckpoint(
  folders: BenchFolders,
  { kilobytes, atMost }: (typeof SIZES)[number],
): Promise<readonly Measured[]> {
  const folder = folders.fresh(`state-${kilobytes}`);
  await using plan = await BenchJournal.open(folder, 'full');
  using raw = new RawSnapshots(folder);
  const noWindow = { holder: null, between: <T>(body: () => Promise<T>): Promise<T> => body() };
  const service = new CheckpointService(plan.journal, new FixedSettings(), systemClock, noWindow);
  await plan.fill(kilobytes);
  const [ours, whole, peer]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < ROUNDS; n += 1) {
    const change = await time(() => plan.set(`key-${n % kilobytes}`, `again ${n}`));
    const checkpoint = await time(() => service.fire('on_tool_write_complete', { planId: plan.planId }));
    ours.push(checkpoint);
    whole.push(change + checkpoint);
    peer.push(await time(() => raw.add(String(n), plan)));
  }
  const name = kilobytes === 1000 ? '1 MB' : `${kilobytes} KB`;
  const [value, floor] = [summarize(ours), summarize(peer)];
  const measured = besideFloor(`state of ${name}`, value, floor, atMost);
  const both = besideFloor(`state of ${name}, with the commit of the change`, summarize(whole), floor, 0);
  return [
    kilobytes === 1000
      ? { ...measured, limits: [...measured.limits, ...withinMs('', value, 10, 'p99').limits] }
      : measured,
    { ...both, limits: [] },
  ];
}

const stateCheckpoint: Goal = {
  number: 1,
  what: 'state checkpoint after one changed value, through the service and the ORM',
  floor: 'insert of the whole state as JSON, better-sqlite3 alone',
  goal: '<= 0.8 / 0.25 / 0.03 for 10 KB / 100 KB / 1 MB; p99 <= 10 ms at 1 MB',
  measure: async (folders) => {
    const measured: Measured[] = [];
    for (const size of SIZES) measured.push(...(await measureStateCheckpoint(folders, size)));
    return measured;
  },
};

const STATE_TABLES = ['checkpoints', 'part_versions', 'plan_numbers'];
const JOURNAL_TABLES = ['plan_events'];
const STEPS = 1000;
const EARLY = 200;

/** A plan of so many steps that gave 1 KB each, with a checkpoint after each. */
async function runLongPlan(
  home: string,
  steps: number,
  atEarly: () => void = () => undefined,
): Promise<BenchJournal> {
  const plan = await BenchJournal.open(home, 'normal', steps);
  for (let n = 0; n < steps; n += 1) {
    if (n === EARLY) atEarly();
    await plan.step(n);
    await plan.journal.commitCheckpoint('interval', { planId: plan.planId, stepId: `step-${n}` });
  }
  return plan;
}

const sizes: Goal = {
  number: 2,
  what: '1,000 steps of 1 KB each, a checkpoint after each: what they take in the database with indexes',
  floor: '1 MB of information',
  goal: 'checkpoints and parts <= 3 MB; journal <= 3 MB; bytes of all at 1,000 <= 5.5 x those at 200',
  measure: async (folders) => {
    const home = folders.fresh('sizes');
    const file = join(home, 'agents.db');
    const bytes = (): { state: number; journal: number } => ({
      state: tableMegabytes(file, STATE_TABLES),
      journal: tableMegabytes(file, JOURNAL_TABLES),
    });
    let early = { state: 0, journal: 0 };
    await using _plan = await runLongPlan(home, STEPS, () => (early = bytes()));
    const late = bytes();
    const growth = (late.state + late.journal) / (early.state + early.journal);
    return [
      oneSize('checkpoints and parts', late.state, 3),
      oneSize('journal', late.journal, 3),
      {
        name: 'bytes(1000) / bytes(200)',
        unit: 'x',
        value: single(round(growth)),
        floor: null,
        limits: [{ of: 'x', is: round(growth), atMost: 5.5 }],
      },
    ];
  },
};

function oneSize(name: string, megabytes: number, atMost: number): Measured {
  const is = round(megabytes);
  return { name, unit: 'MB', value: single(is), floor: single(1), limits: [{ of: 'MB', is, atMost }] };
}

const LOADS = 60;
/** Three parts a step: itself, its call, its output. */
const STEPS_OF_PARTS = Math.ceil(5000 / 3);
/** A prime: every load takes another checkpoint, in an order that is the same each time. */
const STRIDE = 617;

const load: Goal = {
  number: 3,
  what: 'the whole state of a checkpoint at random, read and proved against its hash',
  floor: 'JSON.parse of the same state',
  goal: '<= max(2 ms, 1.5 x) among 1,000 steps; <= 50 ms at 5,000 parts',
  measure: async (folders) => {
    const home = folders.fresh('load');
    await using plan = await runLongPlan(home, STEPS);
    const random = (n: number): number => (n * STRIDE) % STEPS;
    const largeHome = folders.fresh('parts');
    await using large = await runLongPlan(largeHome, STEPS_OF_PARTS);
    return [
      ...(await measureLoads(plan, home, 'at random among 1,000 steps', random, null)),
      ...(await measureLoads(large, largeHome, 'the newest of 5,000 parts', () => STEPS_OF_PARTS - 1, 50)),
    ];
  },
};

/** The first load of a process, which knows nothing yet, and the next ones; `atMost`: null, as the floor has it. */
async function measureLoads(
  plan: BenchJournal,
  home: string,
  name: string,
  which: (n: number) => number,
  atMost: number | null,
): Promise<readonly Measured[]> {
  const [first, floor] = await timeLoads(plan, which, () => openHome(home));
  const [next] = await timeLoads(plan, which, null);
  const limit = atMost ?? round(Math.max(2, 1.5 * floor.p50));
  return [
    { ...withinMs(name, next, limit), floor },
    { ...withinMs(`${name}, the first`, first, limit), floor },
  ];
}

const openHome = (home: string): Promise<Storage> =>
  openStorage({ home, durability: 'normal', processes: new SystemProcessTable() });

async function timeLoads(
  { storage, planId }: BenchJournal,
  which: (n: number) => number,
  openEach: (() => Promise<Storage>) | null,
): Promise<[Figures, Figures]> {
  const { items } = await storage.checkpoints.list({ planId, limit: STEPS * 2 });
  const [ours, parsed]: [number[], number[]] = [[], []];
  for (let n = 0; n < LOADS; n += 1) {
    const id = items[which(n)]?.id ?? '';
    const opened = await openEach?.();
    const { checkpoints } = opened ?? storage;
    await checkpoints.list({ planId, limit: 1 });
    let state: unknown;
    ours.push(await time(async () => (state = await checkpoints.snapshot(id))));
    await opened?.close();
    const text = JSON.stringify(state);
    parsed.push(await time(() => JSON.parse(text)));
  }
  return [summarize(ours), summarize(parsed)];
}

const CHECKPOINTS = 10_000;

const lists: Goal = {
  number: 4,
  what: 'the 50 newest, and all, of 10,000 checkpoints',
  floor: '-; the same list for a state of 10 KB',
  goal: '<= 2 ms / 80 ms; with a state of 1 MB the same within 20 %; at most 20 MB of memory',
  measure: async (folders) => {
    await using small = await manyCheckpoints(folders, 10);
    await using large = await manyCheckpoints(folders, 1000);
    const ofSmall = { newest: [] as number[], all: [] as number[] };
    const ofLarge = { newest: [] as number[], all: [] as number[] };
    for (let n = 0; n < 20; n += 1) {
      for (const [plan, times] of [
        [small, ofSmall],
        [large, ofLarge],
      ] as const) {
        for (let again = 0; again < 5; again += 1) times.newest.push(await time(() => newest(plan)));
        times.all.push(await time(() => all(plan)));
      }
    }
    return [
      withinMs('50 newest, 10 KB', summarize(ofSmall.newest), 2),
      withinMs('50 newest, 1 MB', summarize(ofLarge.newest), 2),
      besideFloor('50 newest, 1 MB beside 10 KB', summarize(ofLarge.newest), summarize(ofSmall.newest), 1.2),
      withinMs('all, 10 KB', summarize(ofSmall.all), 80),
      withinMs('all, 1 MB', summarize(ofLarge.all), 80),
      besideFloor('all, 1 MB beside 10 KB', summarize(ofLarge.all), summarize(ofSmall.all), 1.2),
      await memoryOfList(large),
    ];
  },
};

async function manyCheckpoints(folders: BenchFolders, kilobytes: number): Promise<BenchJournal> {
  const plan = await BenchJournal.open(folders.fresh(`list-${kilobytes}`), 'normal');
  await plan.fill(kilobytes);
  for (let n = 0; n < CHECKPOINTS; n += 1) {
    await plan.journal.commitCheckpoint('interval', { planId: plan.planId });
  }
  return plan;
}

const newest = async ({ storage, planId }: BenchJournal): Promise<unknown> =>
  await storage.checkpoints.list({ planId, newestFirst: true, limit: 50 });

const all = async ({ storage, planId }: BenchJournal): Promise<unknown> =>
  await storage.checkpoints.list({ planId, limit: CHECKPOINTS });

async function memoryOfList(plan: BenchJournal): Promise<Measured> {
  const before = heapMegabytes();
  const held = await all(plan);
  const is = round(heapMegabytes() - before);
  const limits = [{ of: 'MB', is, atMost: 20 }];
  return { name: held ? 'memory of all, held' : '', unit: 'MB', value: single(is), floor: null, limits };
}

export const stateGoals: readonly Goal[] = [stateCheckpoint, sizes, load, lists];
