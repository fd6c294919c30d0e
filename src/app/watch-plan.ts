import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { snapshotOf } from '../domain/state-snapshot.ts';
import { JournalFeed } from '../execution/journal-feed.ts';
import { liveFolder } from '../host/live-output-format.ts';
import { FileOutputSource } from '../host/live-output-source.ts';
import type { CompensationControl } from '../ports/compensation-control.ts';
import type { FileHistory } from '../ports/file-history.ts';
import type { OutputSource } from '../ports/output-source.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { RollbackControl } from '../ports/rollback-control.ts';
import type { TriggerSettings } from '../ports/trigger-settings.ts';
import { lateTriggers } from './late-triggers.ts';
import type { Parts } from './parts.ts';
import { createPlanControl } from './plan-control.ts';

/** What a screen needs of a plan, whatever process runs it. */
export interface PlanWatch {
  readonly rootId: PlanId;
  readonly feed: JournalFeed;
  readonly output: OutputSource;
  readonly control: PlanControl;
  readonly triggers: TriggerSettings;
  readonly files: FileHistory;
  /** Made when it is first asked for: few who look go back. */
  readonly rollbacks: () => Promise<RollbackControl>;
  readonly compensations: () => Promise<CompensationControl>;
  readonly snapshots: {
    /** The state that a checkpoint holds. @throws NotFoundError, StorageError */
    snapshot(id: CheckpointId): Promise<JsonObject>;
    /** The state of a plan of the tree at a place of the journal; null if it wasn't there yet. @throws StorageError */
    stateAt(planId: PlanId, seq: number): Promise<JsonObject | null>;
    /** The whole tree of plans at a place of the journal. @throws StorageError */
    treeAt(seq: number): Promise<TreeState>;
  };
}

/** The process that this one started for the plan, if any. */
export interface OwnEngine {
  readonly pid: () => number | null;
  readonly wake: () => void;
}

export async function watchPlan(parts: Parts, plan: PlanSummary, own: OwnEngine): Promise<PlanWatch> {
  const { clock, processes, home } = parts;
  const { plans, checkpoints, leases, blobs } = await parts.storage();
  const rootId = plan.root_plan_id;
  const feed = new JournalFeed({ plans, leases, processes, clock, ownPid: own.pid }, rootId);
  const news = { onAsked: own.wake, onWritten: () => feed.wake() };
  return {
    rootId,
    feed,
    output: new FileOutputSource(liveFolder(home, rootId), blobs, clock),
    files: {
      changes: async (before, after) => (await parts.files()).changes(before, after),
      list: async (tree) => (await parts.files()).list(tree),
      content: (hash) => blobs.get(`sha256:${hash}`),
    },
    rollbacks: async () => (await import('./rollbacks.ts')).createRollbacks(parts, news),
    compensations: async () =>
      (await import('./compensations.ts')).createCompensations(parts, { onWritten: () => feed.wake() }),
    snapshots: {
      snapshot: (id) => checkpoints.snapshot(id),
      stateAt: async (planId, seq) => {
        const state = (await plans.stateAt(rootId, seq)).plans.get(planId);
        return state ? snapshotOf(state) : null;
      },
      treeAt: (seq) => plans.stateAt(rootId, seq),
    },
    control: await createPlanControl(parts, news),
    triggers: lateTriggers(parts.configSources(plan.workspace), clock),
  };
}
