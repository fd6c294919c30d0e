import { FileRecorder } from '../../src/checkpoints/file-recorder.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import type { RawPath } from '../../src/domain/raw-path.ts';
import type { TreeState } from '../../src/domain/plan-state.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import type { PlanStore } from '../../src/ports/plan-store.ts';
import type { CheckpointSettings } from '../../src/ports/settings.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { clock, created, ids, newPlan } from './storage-history.ts';
import type { Sights, StoryFolder } from './story-folder.ts';
import type { Move } from './story-moves.ts';

type WriteMove = Extract<Move, { do: 'window' }>;

/** A checkpoint with what was really there when it was taken. */
export interface Kept {
  readonly checkpoint: Checkpoint;
  readonly sights: Sights;
}

/** What one write of a plan, or a rollback, did to the files: as seen, not as recorded. */
export interface Doing {
  readonly seq: number;
  readonly before: Sights;
  /** null: nobody saw its end, or looked since. */
  after: Sights | null;
  /** What a rule left out before it or after it: nobody knows what it did there. */
  readonly leftOut: Set<RawPath>;
}

/** A root plan of the story. */
export interface Branch {
  readonly planId: PlanId;
  readonly folder: StoryFolder;
  readonly workspace: string;
  readonly kept: Kept[];
  readonly doings: Doing[];
}

interface StoryParts {
  readonly plans: PlanStore;
  readonly files: WorkspaceFiles;
  readonly blobs: BlobStore;
  readonly settings: () => CheckpointSettings;
}

/** What the plans of a story do, written as the program writes it. */
export class StoryPlans {
  readonly #parts: StoryParts;
  #count = 0;

  constructor(parts: StoryParts) {
    this.#parts = parts;
  }

  /** As ToolRunner records a write, with what it leaves in the state. */
  async window(branch: Branch, move: WriteMove): Promise<void> {
    const journal = await this.journal(branch);
    const recorder = await this.#recorder(branch);
    const before = branch.folder.look();
    settleCutOff(branch, before);
    const files = await recorder.record();
    const plan_id = pick(livingPlans(journal.tree), move.who);
    if (move.checkpoint) {
      const checkpoint = await journal.commitCheckpoint('on_tool_write', { planId: plan_id, files });
      branch.kept.push({ checkpoint, sights: before });
    }
    const call_id = ids.next();
    const step_id = this.#count % 2 === 0 ? 'one' : 'two';
    this.#count += 1;
    const attempt = this.#count;
    const call = { call_id, step_id, attempt, tool: 'shell.run', effect: 'write', input: {} } as const;
    await journal.commit([
      {
        type: 'plan.phase_changed',
        plan_id: branch.planId,
        payload: { phase: 'execute', state: 'processing' },
      },
      { type: 'step.started', plan_id, payload: { step_id, attempt } },
      { type: 'tool.started', plan_id, payload: { ...call, tree_before: files.tree } },
    ]);
    const leftOut = new Set(await this.#leftOutOf(files.tree));
    const doing: Doing = { seq: journal.tree.seq, before, after: null, leftOut };
    branch.doings.push(doing);
    for (const stroke of move.strokes) branch.folder.take(stroke);
    if (move.end === 'cut off') return;
    const after = await recorder.record();
    doing.after = branch.folder.look();
    for (const path of await this.#leftOutOf(after.tree)) leftOut.add(path);
    const seen = { tree_after: after.tree, changes: await recorder.changes(files.tree, after.tree) };
    const error = { code: 'x', message: 'x', hint: null };
    const value = 'v'.repeat(this.#count % 3 === 0 ? 400 : 3);
    const result = { n: this.#count };
    const endings: readonly NewEvent[] =
      move.end === 'ok'
        ? [
            { type: 'tool.completed', plan_id, payload: { call_id, result, ...seen } },
            { type: 'step.completed', plan_id, payload: { step_id, call_id, output: null } },
          ]
        : [
            { type: 'tool.failed', plan_id, payload: { call_id, error, result, ...seen } },
            { type: 'step.failed', plan_id, payload: { step_id, error, continued: true } },
          ];
    await journal.commit([
      ...endings,
      { type: 'context.set', plan_id, payload: { key: `k${this.#count % 4}`, value } },
    ]);
  }

  async checkpoint(branch: Branch, trigger: 'manual' | 'interval' = 'manual'): Promise<Kept> {
    const journal = await this.journal(branch);
    const sights = branch.folder.look();
    settleCutOff(branch, sights);
    const files = await (await this.#recorder(branch)).record();
    const checkpoint = await journal.commitCheckpoint(trigger, { planId: branch.planId, files });
    branch.kept.push({ checkpoint, sights });
    return { checkpoint, sights };
  }

  async spawn(branch: Branch): Promise<void> {
    const journal = await this.journal(branch);
    const subplan_id = ids.next();
    const parent_id = branch.planId;
    const child = { ...newPlan({ name: 'child' }), root_plan_id: branch.planId, parent_id };
    const payload = { subplan_id, plan_id: child.plan_id, step_id: 'one', name: 'child', max_retries: 0 };
    const spawned: NewEvent = { type: 'subplan.spawned', plan_id: parent_id, payload };
    await journal.commit([spawned, created(child, subplan_id)], [child]);
  }

  journal({ planId }: Branch): Promise<LiveJournal> {
    return LiveJournal.open({ plans: this.#parts.plans, bus: new EventBus(), clock, ids }, planId, 0);
  }

  async #leftOutOf(tree: string | null): Promise<readonly RawPath[]> {
    const listed = tree === null ? [] : await this.#parts.files.list(tree);
    return listed.flatMap(({ path, state }) =>
      state.type === 'excluded' && state.reason === 'rule' ? [path] : [],
    );
  }

  async #recorder({ planId, workspace }: Branch): Promise<FileRecorder> {
    const lastTree = await this.#parts.plans.lastTree(planId);
    const { files, blobs, settings } = this.#parts;
    return new FileRecorder({ files, blobs, settings: { checkpoints: settings }, workspace, lastTree });
  }
}

/** Whoever notes down what is there takes it for the doing of a write that was cut off; what comes later isn't. */
export function settleCutOff({ doings }: Branch, sights: Sights): void {
  const last = doings.at(-1);
  if (last) last.after ??= sights;
}

export function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** Those that are in the state now. */
function livingPlans({ plans }: TreeState): readonly PlanId[] {
  return [...plans.values()].filter(({ parts }) => parts.plan.size > 0).map(({ planId }) => planId);
}
