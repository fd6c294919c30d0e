import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConflictError, type AgentsError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ArchiveReport, PlanArchive } from '../ports/plan-archive.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import { copyObjects, copyRows, type ChildrenOf } from './archive-export.ts';
import {
  COPIED,
  insertInto,
  COPIED_NAMES,
  makeArchive,
  openArchive,
  rowsOf,
  writeManifest,
  type Sqlite,
} from './archive-file.ts';
import { readArchived, verifyArchive } from './archive-verify.ts';
import type { Database } from './database.ts';
import { AGENTS_SCHEMA } from './database-schema.ts';
import { openDatabase } from './open-database.ts';
import { numberPlan } from './journal-writer.ts';
import { openObjectStore } from './open-object-store.ts';
import { countTree } from './plan-remover.ts';
import { codeOfSection } from './section-codes.ts';
import { SqliteOperationStore } from './sqlite-operation-store.ts';
import { toStorageError } from './storage-error.ts';

/** Archives have parts as people read them: numbers of plans are another file's. */
const INSERT_ARCHIVED_PART = `with archived (${COPIED.state_parts.columns.join(', ')}) as (values (?, ?, ?, ?, ?, ?, ?, ?))
  insert into part_versions (plan, section, key, from_seq, to_seq, ord, value)
  select (select number from plan_numbers where plan_numbers.plan_id = archived.plan_id), ${codeOfSection('section')},
    key, from_seq, to_seq, ord, value from archived`;

export interface PlanArchiveOptions {
  /** The folder of everything we keep. */
  readonly home: string;
  readonly durability: 'full' | 'normal';
  /** Reads the canonical bytes of a folder. */
  readonly childrenOf: ChildrenOf;
  readonly processes: ProcessTable;
  readonly ids: IdSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Opens a home for plans to be taken out of it and into it. For a process that runs no plan: it reads and writes without a pause. */
export async function openPlanArchive(options: PlanArchiveOptions): Promise<PlanArchive> {
  const { home, durability } = options;
  const agents = await openDatabase({ file: join(home, 'agents.db'), schema: AGENTS_SCHEMA, durability });
  try {
    return new SqlitePlanArchive(agents, await openObjectStore({ home, now: options.now }), options);
  } catch (error) {
    await agents.close();
    throw error;
  }
}

class SqlitePlanArchive implements PlanArchive {
  readonly #agents: Database;
  readonly #objects: ObjectStore;
  readonly #options: PlanArchiveOptions;

  constructor(agents: Database, objects: ObjectStore, options: PlanArchiveOptions) {
    this.#agents = agents;
    this.#objects = objects;
    this.#options = options;
  }

  async exportPlan(rootId: PlanId, file: string): Promise<ArchiveReport> {
    if (existsSync(file)) throw fileExists(file);
    const draft = `${file}.${process.pid}`;
    try {
      const report = await this.#fill(rootId, draft);
      await flush(draft);
      await rename(draft, file);
      await flush(dirname(file));
      return report;
    } catch (error) {
      throw toStorageError(error, file);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async importPlan(file: string): Promise<ArchiveReport> {
    const archive = openArchive(file);
    try {
      const report = verifyArchive(archive, this.#options.childrenOf);
      await this.#endCutOff();
      await this.#agents.read((agents) => refuseKnown(agents, archive));
      await this.#store(archive, report);
      return report;
    } finally {
      archive.close();
    }
  }

  async close(): Promise<void> {
    this.#objects.close();
    await this.#agents.close();
  }

  async #fill(rootId: PlanId, draft: string): Promise<ArchiveReport> {
    const archive = makeArchive(draft);
    try {
      archive.exec('begin');
      // All rows are of one moment, whoever runs the plan; what they refer to stays while they are there.
      const { mentions, rows } = await this.#agents.read((agents) => ({
        rows: countTree(agents, rootId),
        mentions: copyRows(agents, archive, rootId),
      }));
      const objects = copyObjects(this.#objects, archive, mentions, this.#options.childrenOf);
      const name = archive.prepare('select name from plans where id = ?').pluck().get(rootId) as string;
      const exported_at = new Date(this.#options.now()).toISOString();
      const { plans, events, checkpoints } = rows;
      const report = { plan_id: rootId, name, exported_at, plans, events, checkpoints, ...objects };
      writeManifest(archive, report);
      archive.exec('commit');
      return report;
    } finally {
      archive.close();
    }
  }

  /** Objects first. The operation keeps a collection from taking them before the plan that refers to them is there. */
  async #store(archive: Sqlite, report: ArchiveReport): Promise<void> {
    const operations = new SqliteOperationStore(this.#agents);
    const { ids, now, processes } = this.#options;
    const id = ids.next();
    const started_at = new Date(now()).toISOString();
    const about = { root_plan_id: report.plan_id, workspace: null, progress: null };
    await operations.begin({ id, kind: 'import', process: processes.self, started_at, ...about });
    try {
      this.#putObjects(archive);
      await this.#agents.write((agents) => {
        refuseKnown(agents, archive);
        insertRows(agents, archive);
      });
    } finally {
      await operations.end(id);
    }
  }

  /** Of an import that was killed nothing goes on: what it stored is needed by nobody. */
  async #endCutOff(): Promise<void> {
    const operations = new SqliteOperationStore(this.#agents);
    for (const { id, kind, process } of await operations.open()) {
      if (kind === 'import' && this.#options.processes.liveness(process) === 'gone') await operations.end(id);
    }
  }

  #putObjects(archive: Sqlite): void {
    for (const hash of archive.prepare('select hash from contents').pluck().all() as string[]) {
      this.#objects.putContent(hash, readArchived(archive, hash));
    }
    const trees = archive.prepare('select hash, entries from trees').iterate();
    for (const row of trees as Iterable<{ hash: string; entries: Buffer }>) {
      this.#objects.putTree(row.hash, row.entries);
    }
    this.#objects.flush();
  }
}

function insertRows(agents: Database, archive: Sqlite): void {
  // A subplan may come before what it is part of; all have to be there in the end.
  agents.statement('pragma defer_foreign_keys = on').run();
  for (const name of COPIED_NAMES) {
    const insert = agents.statement(name === 'state_parts' ? INSERT_ARCHIVED_PART : insertInto(name));
    for (const row of rowsOf(archive, name)) insert.run(...row);
    if (name === 'plans') numberPlans(agents, archive);
  }
}

function numberPlans(agents: Database, archive: Sqlite): void {
  for (const id of archive.prepare('select id from plans order by id').pluck().all() as string[])
    numberPlan(agents, id);
}

/** @throws ConflictError `plan_exists` */
function refuseKnown(agents: Database, archive: Sqlite): void {
  for (const table of ['plans', 'checkpoints'] as const) {
    const known = agents.statement(`select 1 from ${table} where id = ?`);
    for (const id of archive.prepare(`select id from ${table}`).pluck().all() as string[]) {
      if (known.get(id) !== undefined) throw planExists(archive);
    }
  }
}

function planExists(archive: Sqlite): AgentsError {
  const id = archive.prepare('select id from plans where id = root_id').pluck().get() as PlanId;
  return new ConflictError('plan_exists', `plan ${shortId(id)} is here already`, {
    nextSteps: [`agents plan status ${shortId(id)}`],
  });
}

function fileExists(file: string): ConflictError {
  return new ConflictError('file_exists', `${file} exists already`, {
    hint: 'nothing was written',
    nextSteps: ['choose another name, or move that file away'],
  });
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
