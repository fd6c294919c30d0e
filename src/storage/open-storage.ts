import { join } from 'node:path';
import type { BlobStore } from '../ports/blob-store.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { RequestStore } from '../ports/request-store.ts';
import type { WorkspaceLock } from '../ports/workspace-lock.ts';
import { BlobFiles } from './blob-files.ts';
import { LONGEST_AGENTS_LOG, LONGEST_OBJECTS_LOG } from './connection.ts';
import type { Database } from './database.ts';
import { AGENTS_SCHEMA, OBJECTS_SCHEMA } from './database-schema.ts';
import { openDatabase } from './open-database.ts';
import { SqliteBlobStore } from './sqlite-blob-store.ts';
import { SqliteCheckpointStore } from './sqlite-checkpoint-store.ts';
import { SqliteLeaseStore } from './sqlite-lease-store.ts';
import { SqliteOperationStore } from './sqlite-operation-store.ts';
import { SqlitePlanStore } from './sqlite-plan-store.ts';
import { SqliteRequestStore } from './sqlite-request-store.ts';
import { SqliteWorkspaceLock } from './sqlite-workspace-lock.ts';

export interface StorageOptions {
  /** The folder of everything we keep; made if it is missing. */
  readonly home: string;
  /** `full` survives a power cut; `normal` may lose the last commits then. */
  readonly durability: 'full' | 'normal';
  /** Says whether the holder of a workspace lock still lives. */
  readonly processes: ProcessTable;
  /** Never creates nor upgrades anything. */
  readonly readonly?: boolean;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

export interface Storage {
  readonly plans: PlanStore;
  readonly checkpoints: CheckpointStore;
  readonly leases: LeaseStore;
  readonly requests: RequestStore;
  readonly operations: OperationStore;
  readonly workspaceLock: WorkspaceLock;
  readonly blobs: BlobStore;
  /** Waits for what is under way. Nothing may be used afterwards. */
  close(): Promise<void>;
}

/**
 * Opens the databases of a home. Import this file lazily: it brings the database with it.
 * @throws StorageError
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { home, durability, processes, readonly = false, now = Date.now } = options;
  const agents = await openDatabase({
    file: join(home, 'agents.db'),
    schema: AGENTS_SCHEMA,
    durability,
    readonly,
    ...(durability === 'full' ? { longestLog: LONGEST_AGENTS_LOG } : {}),
  });
  // Few commands need content, so its database is opened by the first that does.
  let objects: Promise<Database> | undefined;
  const openObjects = (): Promise<Database> =>
    (objects ??= openDatabase({
      file: join(home, 'objects.db'),
      schema: OBJECTS_SCHEMA,
      durability,
      readonly,
      // This thread draws and runs: the one that captures does that.
      longestLog: LONGEST_OBJECTS_LOG,
    }).catch((error: unknown) => {
      objects = undefined; // the next use tries again
      throw error;
    }));
  return {
    plans: new SqlitePlanStore(agents),
    checkpoints: new SqliteCheckpointStore(agents),
    leases: new SqliteLeaseStore(agents, now),
    requests: new SqliteRequestStore(agents, now),
    operations: new SqliteOperationStore(agents),
    workspaceLock: new SqliteWorkspaceLock(agents, processes),
    blobs: new SqliteBlobStore(openObjects, new BlobFiles(join(home, 'objects')), now),
    close: async () => {
      await agents.close();
      await (await objects)?.close();
    },
  };
}
