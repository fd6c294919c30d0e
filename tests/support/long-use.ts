import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { CheckpointService } from '../../src/checkpoints/checkpoint-service.ts';
import { FileRecorder } from '../../src/checkpoints/file-recorder.ts';
import { Retention } from '../../src/checkpoints/retention.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { tryAcquireLease } from '../../src/execution/plan-lease.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import { openObjectGarbage } from '../../src/storage/object-garbage.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { InlineWorkspaceFiles } from '../../src/workspace/inline-workspace-files.ts';
import { childrenOf } from '../../src/workspace/tree-codec.ts';
import { WorkspaceEngine } from '../../src/workspace/workspace-engine.ts';
import { FixedSettings } from './fixed-settings.ts';
import { firstCommit, newPlan } from './storage-history.ts';
import { runProgram } from './storage-processes.ts';

const FILES = 30;
const FILES_IN_FOLDER = 10;
const KEYS = 20;
const LATER_MS = 120_000;
/** No disk: what is measured is what we do, not how a disk feels. */
const PLACES = ['/dev/shm', tmpdir()];

export interface UseFigures {
  readonly checkpoints: number;
  /** Median of the last thousand, against that of a plain insert right after each; the slowest of a hundred, milliseconds. */
  readonly ratio: number;
  readonly p50: number;
  readonly p99: number;
  readonly list50: number;
  readonly listAll: number;
  readonly stored: number;
  /** Bytes: agents.db in use without the journal; the journal; both files; what stands beside them in files; logs at their largest. */
  readonly agents: number;
  readonly journal: number;
  readonly agentsFile: number;
  readonly objectsUsed: number;
  readonly objectsFile: number;
  readonly largestLog: number;
  /** What this process holds after collections, and its resident set: V8's young generation and the allocator fill that up to a level. */
  readonly held: number;
  readonly resident: number;
}

/** A plan that is run again and again, for years: each step changes a value and a file, and takes a checkpoint. */
export class LongUse implements AsyncDisposable {
  readonly #place: string;
  readonly #home: string;
  readonly #folder: string;
  readonly #most: number;
  readonly #processes = new SystemProcessTable();
  readonly #ids = new UlidSource(systemClock);
  readonly #plan;
  readonly #raw;
  readonly #times: number[] = [];
  readonly #floors: number[] = [];
  #made = 0;
  #largestLog = 0;

  private constructor(place: string, most: number) {
    this.#place = place;
    this.#most = most;
    this.#home = join(place, 'home');
    this.#folder = join(place, 'work');
    this.#plan = newPlan({ workspace: this.#folder });
    this.#raw = new Database(join(place, 'raw.db'));
    this.#raw.pragma('journal_mode = wal');
    this.#raw.pragma('synchronous = normal');
    this.#raw.exec('create table plain (id integer primary key, text text not null)');
  }

  /** @param most checkpoints that stay */
  static async begin(most: number): Promise<LongUse> {
    const parent = PLACES.find((path) => existsSync(path)) as string;
    const use = new LongUse(realpathSync(mkdtempSync(join(parent, 'agents-use-'))), most);
    mkdirSync(use.#home);
    for (let file = 0; file < FILES; file += 1) use.#write(file, 'first');
    await using storage = await use.#storage();
    await storage.plans.create(use.#plan, firstCommit(use.#plan));
    return use;
  }

  /** One run of so many checkpoints, through the services that a run has; then what nothing needs is collected. */
  async run(count: number): Promise<void> {
    await using storage = await this.#storage();
    const { plan_id: planId } = this.#plan;
    const lease = await tryAcquireLease(storage.leases, this.#processes, planId, 'runner');
    if (!lease) throw new Error('the lease is not free');
    const store = await openObjectStore({ home: this.#home });
    const bus = new EventBus();
    const deps = { plans: storage.plans, bus, clock: systemClock, ids: this.#ids };
    const journal = await LiveJournal.open(deps, planId, lease.lease.fence);
    const settings = new FixedSettings({
      retention: { maxPerPlan: this.#most, maxAgeMs: null, maxBytes: null },
    });
    const engine = new WorkspaceEngine({ store, home: this.#home, freeBytes: () => Number.MAX_SAFE_INTEGER });
    const recorder = new FileRecorder({
      files: new InlineWorkspaceFiles(engine),
      blobs: storage.blobs,
      settings,
      workspace: this.#folder,
      lastTree: await storage.plans.lastTree(planId),
    });
    const window = { holder: null, between: <T>(body: () => Promise<T>): Promise<T> => body() };
    const service = new CheckpointService(journal, settings, systemClock, window, recorder);
    const clock = systemClock;
    const kept = await storage.checkpoints.count(planId);
    const retention = new Retention({ stores: storage, journal, settings, clock, restores: false }, kept);
    bus.subscribe(retention);
    const insert = this.#raw.prepare('insert into plain (text) values (?)');
    for (let n = 0; n < count; n += 1) {
      this.#made += 1;
      this.#write(this.#made % FILES, `${this.#made}`);
      const value = `${this.#made}`.padEnd(500, 'v');
      await journal.commit([
        { type: 'context.set', plan_id: planId, payload: { key: `k${this.#made % KEYS}`, value } },
      ]);
      const begin = performance.now();
      await service.fire('on_tool_write_complete', { planId });
      const middle = performance.now();
      insert.run(value);
      this.#floors.push(performance.now() - middle);
      this.#times.push(middle - begin);
      if (this.#made % 500 === 0) this.#seeLogs();
    }
    await retention.finish();
    if (retention.failure !== undefined) throw retention.failure;
    await lease[Symbol.asyncDispose]();
    store.close();
    await this.#collect();
  }

  async figures(): Promise<UseFigures> {
    await using storage = await this.#storage();
    const { plan_id: planId } = this.#plan;
    // This process has seen too much to say what a command would find.
    const { stdout } = await runProgram('list-program', [this.#home, planId]);
    const [list50 = NaN, listAll = NaN] = stdout.trim().split('\n').map(Number);
    const [times, floors] = [this.#times.splice(0).slice(-1000), this.#floors.splice(0).slice(-1000)];
    const [agents, objects] = [join(this.#home, 'agents.db'), join(this.#home, 'objects.db')];
    const [all, journal] = usedBytes(agents);
    return {
      checkpoints: this.#made,
      ratio: at(times, 0.5) / at(floors, 0.5),
      p50: at(times, 0.5),
      p99: at(times, 0.99),
      list50,
      listAll,
      stored: await storage.checkpoints.count(planId),
      agents: all - journal,
      journal,
      agentsFile: statSync(agents).size,
      objectsUsed: usedBytes(objects)[0],
      objectsFile: statSync(objects).size,
      largestLog: this.#largestLog,
      held: await heldBytes(),
      resident: process.memoryUsage.rss(),
    };
  }

  #seeLogs(): void {
    for (const name of ['agents.db-wal', 'objects.db-wal']) {
      const size = statSync(join(this.#home, name), { throwIfNoEntry: false })?.size ?? 0;
      this.#largestLog = Math.max(this.#largestLog, size);
    }
  }

  async #storage(): Promise<Awaited<ReturnType<typeof openStorage>> & AsyncDisposable> {
    const { [Symbol.asyncDispose]: _, ...storage } = {
      ...(await openStorage({ home: this.#home, durability: 'normal', processes: this.#processes })),
      [Symbol.asyncDispose]: undefined,
    };
    return { ...storage, [Symbol.asyncDispose]: () => storage.close() };
  }

  /** As if nobody had touched anything for some minutes. */
  async #collect(): Promise<void> {
    const now = (): number => Date.now() + LATER_MS;
    const options = { home: this.#home, processes: this.#processes, childrenOf, now };
    const garbage = await openObjectGarbage(options);
    await garbage.collect();
    await garbage.close();
  }

  #write(file: number, text: string): void {
    const folder = join(this.#folder, `folder-${Math.floor(file / FILES_IN_FOLDER)}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${file}`), `${text}\n`.repeat(40));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#raw.close();
    rmSync(this.#place, { recursive: true, force: true });
  }
}

/** What a first collection finalizes is let go by the next. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) {
    collect();
    await breathe();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes of the pages in use, and those of the journal with its indexes. */
function usedBytes(file: string): readonly [all: number, journal: number] {
  const db = new Database(file, { readonly: true });
  try {
    const of = (what: string): number =>
      (db.prepare(`select coalesce(sum(pgsize), 0) from dbstat where ${what}`).pluck().get() as number) ?? 0;
    return [of('true'), of(`name like 'plan_events%'`)];
  } finally {
    db.close();
  }
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
