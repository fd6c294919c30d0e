import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pruneCheckpoints } from '../../src/checkpoints/prune-checkpoints.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import type { PlanState } from '../../src/domain/plan-state.ts';
import { openObjectGarbage } from '../../src/storage/object-garbage.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { childrenOf } from '../../src/workspace/tree-codec.ts';
import { RollbackStory, type StoryStores } from './rollback-story.ts';
import { removeAll } from './story-folder.ts';
import type { StoryPlot } from './story-moves.ts';
import type { Branch } from './story-plans.ts';
import { StagedProcesses } from './storage-places.ts';

const HOUR_MS = 3_600_000;

/** Stands still but for the hour before each collection. */
interface StoryTime {
  ms: number;
}

interface StoryWorld {
  readonly processes: StagedProcesses;
  readonly time: StoryTime;
}

/** Stories in real databases, with retention and a collection after it at any moment. */
export class RetentionStory extends RollbackStory {
  readonly #home: string;
  readonly #processes: StagedProcesses;
  readonly #time: StoryTime;

  private constructor(home: string, fileLimit: number, stores: StoryStores, story: StoryWorld) {
    super(fileLimit, stores);
    this.#home = home;
    this.#processes = story.processes;
    this.#time = story.time;
  }

  static override async play(plot: StoryPlot): Promise<void> {
    const home = mkdtempSync(join(tmpdir(), 'agents-retention-'));
    const processes = new StagedProcesses();
    const storage = await openStorage({ home, durability: 'normal', processes });
    const time: StoryTime = { ms: Date.now() };
    const store = await openObjectStore({ home, now: () => time.ms });
    try {
      using story = new RetentionStory(home, plot.fileLimit, { storage, store }, { processes, time });
      await story.tell(plot);
    } finally {
      store.close();
      await storage.close();
      removeAll(home);
    }
  }

  override async prune(branch: Branch, most: number): Promise<void> {
    const { plans, checkpoints } = this.storage;
    const journal = await this.journalOf(branch);
    const rules = { maxPerPlan: most, maxAgeMs: null };
    const before = await this.#all(branch);
    const pruned = await pruneCheckpoints(this.storage, journal, { rules, now: 0, restores: false });
    await this.#collect();
    const left = await this.#all(branch);
    const ids = new Set(left.map(({ id }) => id));
    expect(left).toHaveLength(before.length - pruned);
    const gone = before.filter(({ id }) => !ids.has(id));
    expect(
      gone.every(({ trigger, label, pinned }) => trigger !== 'manual' && label === null && !pinned),
    ).toBe(true);
    expect(ids.has(before.at(-1)?.id ?? ''), 'the last one stays').toBe(true);
    for (const { parent_id, number } of left) {
      const parent = left.find(({ id }) => id === parent_id);
      if (parent_id !== null && parent === undefined) throw new Error(`${number} comes after nothing`);
    }
    // What is gone is refused, and what stays is as it was.
    const to = await plans.prunedTo(branch.planId);
    for (const { seq, id } of gone) {
      if (seq <= to && seq > 1)
        await expect(plans.stateAt(branch.planId, seq)).rejects.toMatchObject({ code: 'moment_not_kept' });
      await expect(checkpoints.snapshot(id)).rejects.toMatchObject({ code: 'checkpoint_not_found' });
    }
    for (const { id, seq, plan_id } of left) {
      const state = (await plans.stateAt(branch.planId, seq)).plans.get(plan_id);
      expect(await checkpoints.snapshot(id)).toEqual(snapshotOf(state as PlanState));
    }
    const stays = branch.kept.filter(({ checkpoint }) => ids.has(checkpoint.id));
    branch.kept.splice(0, branch.kept.length, ...stays);
    await this.expectFolds(branch);
  }

  async #all({ planId }: Branch): Promise<readonly Checkpoint[]> {
    return (await this.storage.checkpoints.list({ planId, tree: true })).items;
  }

  /** Long after everything was put. */
  async #collect(): Promise<void> {
    this.#time.ms += HOUR_MS;
    const { ms } = this.#time;
    const options = { home: this.#home, processes: this.#processes, childrenOf, now: () => ms };
    const garbage = await openObjectGarbage(options);
    try {
      this.store.flush();
      await garbage.collect();
      expect(await garbage.checkJournals()).toEqual([]);
    } finally {
      await garbage.close();
    }
  }
}
