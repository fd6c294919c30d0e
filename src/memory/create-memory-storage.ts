import type { BlobStore } from '../ports/blob-store.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { RequestStore } from '../ports/request-store.ts';
import type { WorkspaceLock } from '../ports/workspace-lock.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';
import { MemoryCheckpointStore } from './memory-checkpoint-store.ts';
import { MemoryLeaseStore } from './memory-lease-store.ts';
import { MemoryOperationStore } from './memory-operation-store.ts';
import { MemoryPlanStore } from './memory-plan-store.ts';
import { MemoryRequestStore } from './memory-request-store.ts';
import { MemoryTables } from './memory-tables.ts';
import { MemoryWorkspaceLock } from './memory-workspace-lock.ts';

export interface MemoryStorage {
  readonly plans: PlanStore;
  readonly checkpoints: CheckpointStore;
  readonly leases: LeaseStore;
  readonly requests: RequestStore;
  readonly operations: OperationStore;
  readonly workspaceLock: WorkspaceLock;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

export interface MemoryStorageOptions {
  /** Not needed here: whoever holds something in this memory is this process. */
  readonly processes?: ProcessTable;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
}

/** All stores in memory, gone with the process: for tests and dry runs. Same shape as `openStorage` gives. */
export function createMemoryStorage({ now = Date.now }: MemoryStorageOptions = {}): MemoryStorage {
  const tables = new MemoryTables();
  return {
    plans: new MemoryPlanStore(tables),
    checkpoints: new MemoryCheckpointStore(tables),
    leases: new MemoryLeaseStore(tables, now),
    requests: new MemoryRequestStore(tables, now),
    operations: new MemoryOperationStore(tables),
    workspaceLock: new MemoryWorkspaceLock(),
    blobs: new MemoryBlobStore(),
    close: async () => undefined,
  };
}
