import type { Checkpoint, CheckpointFiles } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Sandbox } from '../domain/plan-event.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { OperationStore } from '../ports/operation-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessIdentity, ProcessTable } from '../ports/process-table.ts';
import type { RollbackOptions, RunningPlan } from '../ports/rollback-control.ts';
import type { CheckpointSettings } from '../ports/settings.ts';
import type { CapturedFiles, WorkOptions, WorkspaceFiles } from '../ports/workspace-files.ts';
import type { WorkspaceLock } from '../ports/workspace-lock.ts';

/** How somebody follows and stops work. */
export type Working = RollbackOptions;

export interface RollbackDependencies {
  readonly plans: PlanStore;
  readonly checkpoints: CheckpointStore;
  readonly operations: OperationStore;
  readonly blobs: BlobStore;
  readonly files: WorkspaceFiles;
  readonly lock: WorkspaceLock;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly processes: Pick<ProcessTable, 'self' | 'liveness'>;
  /** Who has a plan's journal just now. Absent: nobody. */
  readonly holderOf?: (rootId: PlanId) => Promise<ProcessIdentity | null>;
  /** What is captured of a plan's workspace, as the configuration says now. */
  readonly settingsFor: (plan: PlanRecord) => Promise<CheckpointSettings>;
  /**
   * Gives the plan's journal to `work`, held by this process; tools that outlived a killed runner are ended first.
   * @throws ConflictError if another process runs the plan and it isn't to be stopped
   */
  readonly withJournal: <T>(
    rootId: PlanId,
    running: RunningPlan,
    working: Working,
    work: (journal: PlanJournal) => Promise<T>,
  ) => Promise<T>;
  /** Stores a fork, see create-fork.ts. */
  readonly createFork: (fork: {
    readonly planId: PlanId;
    readonly checkpoint: Checkpoint;
    readonly workspace: string;
    readonly sandbox: Sandbox | null;
  }) => Promise<void>;
  /** Real path of a folder that a fork may be laid out in: made if need be, and empty. */
  readonly newFolder: (path: string) => Promise<string>;
  /** Removes a folder that was made for nothing. */
  readonly removeFolder: (path: string) => Promise<void>;
}

/** Captures a plan's files by a full scan; null where the configuration leaves files out. @throws WorkspaceError */
export async function captureNow(
  deps: RollbackDependencies,
  plan: PlanRecord,
  working: Working,
  also: { readonly keep: readonly string[]; readonly must?: readonly RawPath[]; readonly workspace?: string },
): Promise<CapturedFiles | null> {
  const { files, exclude, ignore, limits } = await deps.settingsFor(plan);
  if (!files) return null;
  const last = await deps.plans.lastTree(plan.root_plan_id);
  const { workspace = plan.workspace, keep, ...more } = also;
  const request = { workspace, exclude, ignore, limits, ...more };
  const kept = [...new Set([...keep, ...(last === null ? [] : [last])])];
  return await deps.files.capture({ ...request, keep: kept }, toWorkOptions(working, 'looking at the files'));
}

/** What a checkpoint says of captured files. */
export function filesOf(captured: CapturedFiles | null): CheckpointFiles {
  const none = {
    status: 'none',
    reason: 'core.checkpoints.files is false',
    paths: [],
  } as const;
  return {
    tree: captured?.tree ?? null,
    capture: captured?.capture ?? none,
    bytes: captured?.bytes ?? 0,
    error: null,
    previous: null,
  };
}

/** Counts become sentences: `looking at the files: 1200 of 5000`. */
export function toWorkOptions({ signal, onProgress }: Working, what: string): WorkOptions {
  return {
    signal,
    onProgress: (done, total) => onProgress(`${what}: ${done}${total === null ? '' : ` of ${total}`}`),
  };
}
