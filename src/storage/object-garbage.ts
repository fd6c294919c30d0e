import { basename, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Database as Sqlite } from 'better-sqlite3';
import Database from 'better-sqlite3';
import type {
  CollectOptions,
  DatabaseFinding,
  GarbageOptions,
  GarbageReport,
  JournalFinding,
  ObjectGarbage,
  StorageUsage,
} from '../ports/object-garbage.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import { AGENTS_SCHEMA, OBJECTS_SCHEMA } from './database-schema.ts';
import { isMadeAnew, madeAtOf, oldestTreeOf } from './made-anew.ts';
import { mentionedHashes } from './mentioned-hashes.ts';
import { COLLECT_MARGIN_MS } from './object-age.ts';
import { toObjectError } from './object-errors.ts';
import { ObjectFiles } from './object-files.ts';
import { ObjectReader } from './object-reader.ts';
import { ObjectSweep, type SweepStep } from './object-sweep.ts';
import { openDatabase } from './open-database.ts';
import { connectObjects } from './open-object-store.ts';
import { ReachableObjects, type ChildrenOf } from './reachable-objects.ts';
import { schemaFaults } from './schema-faults.ts';
import { readUsage } from './storage-usage.ts';
import { verifyJournals } from './verify-journal.ts';
import { workSince } from './work-since.ts';

/** How long this thread works before others get their turn, milliseconds. */
const TURN_MS = 20;
/** More would say no more. */
const MOST_FAULTS = 5;

export interface ObjectGarbageOptions {
  readonly home: string;
  /** Says whose work still goes on. */
  readonly processes: ProcessTable;
  /** How a tree's bytes are read. @throws Error if they are none */
  readonly childrenOf: ChildrenOf;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** Told as a collection comes by; what it throws ends it. */
  readonly onStep?: (step: SweepStep) => void;
}

/**
 * Opens both databases of a home to look after them.
 * @throws StorageError, also `database_missing` and `database_older`: without knowing every plan nothing is garbage
 */
export async function openObjectGarbage(options: ObjectGarbageOptions): Promise<ObjectGarbage> {
  const file = join(options.home, 'agents.db');
  await (await openDatabase({ file, schema: AGENTS_SCHEMA, durability: 'full', readonly: true })).close();
  const objects = await connectObjects(options.home);
  // Each step has to be on disk before the next: after a power cut a tree must not be back without what is below it.
  objects.pragma('synchronous = full');
  return new SqliteObjectGarbage(new Database(file, { readonly: true }), objects, options);
}

class SqliteObjectGarbage implements ObjectGarbage {
  readonly #agents: Sqlite;
  readonly #objects: Sqlite;
  readonly #files: ObjectFiles;
  readonly #options: ObjectGarbageOptions;

  constructor(agents: Sqlite, objects: Sqlite, options: ObjectGarbageOptions) {
    this.#agents = agents;
    this.#objects = objects;
    this.#files = new ObjectFiles(join(options.home, 'objects'));
    this.#options = options;
  }

  async collect(options: CollectOptions = {}): Promise<GarbageReport> {
    return this.#guarded(async () => {
      if (options.unasked && isMadeAnew(madeAtOf(this.#agents), oldestTreeOf(this.#objects)))
        return { trees: 0, contents: 0, drafts: 0, bytes: 0 };
      // Of a damaged table rows are missing without a word, and what only they refer to would go.
      const [damage] = faultsOf(this.#agents, 'quick_check', 1);
      if (damage !== undefined) {
        throw toObjectError(Object.assign(new Error(damage), { code: 'SQLITE_CORRUPT' }), this.#agents.name);
      }
      // Before the plans are read: who begins to work after this touches what it counts on, and is so seen as young.
      const startedAt = (this.#options.now ?? Date.now)();
      const { mentioned, since } = await this.#atOneMoment(async () => ({
        since: workSince(this.#agents, this.#options.processes, startedAt),
        mentioned: await this.#readMentioned(options),
      }));
      const before = Math.min(startedAt, since) - COLLECT_MARGIN_MS;
      return this.#sweep(mentioned, before, options);
    });
  }

  async usage(): Promise<StorageUsage> {
    return this.#guarded(async () => readUsage(this.#agents, this.#objects, this.#files));
  }

  async checkDatabases(): Promise<readonly DatabaseFinding[]> {
    return this.#guarded(async () => {
      const found: DatabaseFinding[] = [];
      for (const [db, schema] of [
        [this.#agents, AGENTS_SCHEMA],
        [this.#objects, OBJECTS_SCHEMA],
      ] as const) {
        const faults = faultsOf(db, 'integrity_check', MOST_FAULTS);
        if (faults.length === 0) faults.push(...(await schemaFaults(db, schema)));
        found.push(...faults.map((what) => ({ name: basename(db.name), what })));
      }
      return found;
    });
  }

  async checkJournals(options: GarbageOptions = {}): Promise<readonly JournalFinding[]> {
    return this.#guarded(() =>
      this.#atOneMoment(async () => {
        const found: JournalFinding[] = [];
        await inTurns(verifyJournals(this.#agents), options, 'journals', (finding) => {
          if (finding) found.push(finding);
        });
        return found;
      }),
    );
  }

  async close(): Promise<void> {
    this.#agents.close();
    this.#objects.close();
  }

  async #sweep(
    mentioned: ReadonlySet<string>,
    before: number,
    options: GarbageOptions & { readonly dryRun?: boolean },
  ): Promise<GarbageReport> {
    const { childrenOf, onStep = () => undefined } = this.#options;
    const db = this.#objects;
    const reachable = new ReachableObjects(new ObjectReader(db, this.#files), childrenOf, mentioned);
    const dryRun = options.dryRun ?? false;
    const sweep = new ObjectSweep({ db, files: this.#files, reachable, before, dryRun, onStep });
    await inTurns(reachable.mark(mentioned), options, 'trees in use');
    await inTurns(reachable.mark(sweep.youngTrees()), options, 'trees in use');
    onStep('marked');
    await inTurns(sweep.trees(), options, 'trees');
    await inTurns(sweep.contents(), options, 'contents');
    await inTurns(sweep.bundles(), options, 'contents');
    await inTurns(sweep.files(), options, 'files');
    return sweep.report;
  }

  async #readMentioned(options: GarbageOptions): Promise<ReadonlySet<string>> {
    let all: ReadonlySet<string> = new Set();
    await inTurns(mentionedHashes(this.#agents), options, 'plans', (found) => (all = found));
    return all;
  }

  /** One read transaction: a fork, or a plan that is deleted meanwhile, is seen whole or not at all. */
  async #atOneMoment<T>(work: () => Promise<T>): Promise<T> {
    this.#agents.exec('begin');
    try {
      return await work();
    } finally {
      this.#agents.exec('commit');
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw toObjectError(error, this.#objects.name);
    }
  }
}

/** What SQLite finds wrong with a whole database; a file too damaged to be looked through is a finding too. */
function faultsOf(db: Sqlite, check: 'quick_check' | 'integrity_check', most: number): string[] {
  try {
    const lines = db.prepare(`pragma ${check}(${most})`).pluck().all() as readonly string[];
    return lines.filter((line) => line !== 'ok');
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Runs something long a little at a time. */
async function inTurns<T>(
  steps: Iterable<T>,
  { signal, onProgress }: GarbageOptions,
  what: string,
  take: (item: T) => void = () => undefined,
): Promise<void> {
  let done = 0;
  let until = performance.now() + TURN_MS;
  for (const item of steps) {
    take(item);
    done += 1;
    if (performance.now() < until) continue;
    onProgress?.(done, null, what);
    await breathe();
    signal?.throwIfAborted();
    until = performance.now() + TURN_MS;
  }
  signal?.throwIfAborted();
  onProgress?.(done, null, what);
}
