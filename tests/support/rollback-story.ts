import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RollbackDependencies } from '../../src/checkpoints/rollback-dependencies.ts';
import { RollbackService } from '../../src/checkpoints/rollback-service.ts';
import { createFork } from '../../src/execution/create-fork.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { createMemoryStorage } from '../../src/memory/create-memory-storage.ts';
import type { Storage } from '../../src/storage/open-storage.ts';
import { MemoryObjectStore } from '../../src/memory/memory-object-store.ts';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { RollbackChoices, RollbackResult } from '../../src/ports/rollback-control.ts';
import type { CheckpointSettings } from '../../src/ports/settings.ts';
import { InlineWorkspaceFiles } from '../../src/workspace/inline-workspace-files.ts';
import { WorkspaceEngine } from '../../src/workspace/workspace-engine.ts';
import { LIMITS } from './captured-workspace.ts';
import { clock, firstCommit, ids, newPlan } from './storage-history.ts';
import { blobsIn, withoutIndex } from './story-objects.ts';
import { pick, settleCutOff, StoryPlans, type Branch, type Kept } from './story-plans.ts';
import { removeAll, StoryFolder, type Stroke } from './story-folder.ts';
import {
  changedPaths,
  expectCapturedAs,
  expectRolledBack,
  expectSame,
  foldFrom,
  plainState,
} from './story-checks.ts';
import type { Move, StoryPlot } from './story-moves.ts';
import { self } from './storage-places.ts';

const SETTLED_MS = 70;
const LONGEST_CONTENT = 1000;
const working = { signal: new AbortController().signal, onProgress: () => undefined };

export interface StoryStores {
  readonly storage: Storage;
  readonly store: ObjectStore;
}

const inMemory = (): StoryStores => ({ storage: createMemoryStorage(), store: new MemoryObjectStore() });

/** Plans, people and rollbacks on real folders, in this thread; after each move all that must hold is looked at. */
export class RollbackStory implements Disposable {
  readonly place = realpathSync(mkdtempSync(join(tmpdir(), 'agents-story-')));
  readonly storage: Storage;
  readonly store: ObjectStore;
  readonly files: InlineWorkspaceFiles;
  readonly blobs: BlobStore;
  readonly service: RollbackService;
  readonly branches: Branch[] = [];
  readonly #outside: StoryFolder;
  readonly #engine: WorkspaceEngine;
  readonly #plans: StoryPlans;
  #settings: CheckpointSettings;
  /** Neither limits nor a person's rules leave anything out. */
  #leavesOutLittle: boolean;

  constructor(fileLimit: number, stores: StoryStores = inMemory()) {
    this.storage = stores.storage;
    this.store = stores.store;
    this.blobs = blobsIn(this.store);
    mkdirSync(join(this.place, 'home'));
    mkdirSync(join(this.place, 'outside'));
    writeFileSync(join(this.place, 'outside', 'secret'), 'outside');
    this.#outside = new StoryFolder(join(this.place, 'outside'));
    this.#engine = this.#open(this.store);
    this.files = new InlineWorkspaceFiles(this.#engine);
    this.#plans = new StoryPlans({
      plans: this.storage.plans,
      files: this.files,
      blobs: this.blobs,
      settings: () => this.#settings,
    });
    this.service = new RollbackService(this.#dependencies());
    this.#settings = {
      autoCreateOn: [],
      intervalSeconds: null,
      intervalSteps: null,
      onFailure: 'stop',
      files: true,
      exclude: ['node_modules'],
      ignore: '',
      retention: { maxPerPlan: null, maxAgeMs: null, maxBytes: null },
      limits: { ...LIMITS, file: fileLimit },
      watch: true,
    };
    this.#leavesOutLittle = fileLimit > LONGEST_CONTENT;
  }

  static async play({ first, moves, fileLimit }: StoryPlot): Promise<void> {
    using story = new RollbackStory(fileLimit);
    await story.tell({ first, moves, fileLimit });
  }

  async tell({ first, moves }: StoryPlot): Promise<void> {
    await this.begin(first);
    for (const move of moves) await this.take(move);
    await this.end();
  }

  /** A folder with things in it, a plan for it and its first checkpoint. */
  async begin(first: readonly Stroke[]): Promise<void> {
    const workspace = this.#newWorkspace();
    const folder = new StoryFolder(workspace);
    for (const stroke of first) folder.take(stroke);
    const plan = newPlan({ workspace });
    await this.storage.plans.create(plan, firstCommit(plan));
    this.branches.push({ planId: plan.plan_id, folder, workspace, kept: [], doings: [] });
    await this.take({ do: 'checkpoint', who: 0 });
  }

  async take(move: Move): Promise<void> {
    if (move.do === 'wait') {
      await sleep(SETTLED_MS);
      return;
    }
    if (move.do === 'ignore') {
      this.#settings = { ...this.#settings, ignore: move.text };
      this.#leavesOutLittle = false;
      return;
    }
    const branch = pick(this.branches, move.who);
    const others = this.branches.filter((other) => other !== branch);
    const theirs = await this.#seen(others, branch);
    const outside = this.#outside.look();
    await this.#do(move, branch);
    expectSame(outside, this.#outside.look(), 'what stands outside');
    expect(await this.#seen(others, branch), 'what other branches have').toEqual(theirs);
    await this.#expectSameCaptures(branch);
  }

  /** All that was ever kept can still be had, and every journal gives the state that is stored. */
  async end(): Promise<void> {
    const trees = new Set<string>();
    for (const branch of this.branches) {
      for (const { checkpoint, sights } of branch.kept) {
        if (checkpoint.tree_hash !== null) trees.add(checkpoint.tree_hash);
        await expectCapturedAs(this.files, checkpoint, sights);
      }
      await this.expectFolds(branch);
    }
    expect(await this.files.verify({ trees: [...trees] })).toEqual([]);
  }

  get fileLimit(): number {
    return this.#settings.limits.file;
  }

  async #do(move: Exclude<Move, { do: 'wait' | 'ignore' }>, branch: Branch): Promise<void> {
    if (move.do === 'person') for (const stroke of move.strokes) branch.folder.take(stroke);
    else if (move.do === 'window') await this.#plans.window(branch, move);
    else if (move.do === 'checkpoint') await this.#checkpoint(branch, move.isAutomatic);
    else if (move.do === 'prune') await this.prune(branch, move.most);
    else if (move.do === 'spawn') await this.#plans.spawn(branch);
    else if (move.do === 'fork') await this.#fork(branch, move.to, move.into);
    else if (move.do === 'undo') await this.undo(branch);
    else await this.#rollBack(branch, move);
  }

  /** Retention: nothing here. */
  async prune(_branch: Branch, _most: number): Promise<void> {}

  journalOf(branch: Branch): Promise<LiveJournal> {
    return this.#plans.journal(branch);
  }

  async #checkpoint(branch: Branch, isAutomatic = false): Promise<void> {
    const { checkpoint, sights } = await this.#plans.checkpoint(branch, isAutomatic ? 'interval' : 'manual');
    await expectCapturedAs(this.files, checkpoint, sights);
  }

  async #fork(branch: Branch, to: number, isNew: boolean): Promise<void> {
    const { checkpoint } = pick(branch.kept, to);
    const into = isNew ? join(this.place, `fork${this.branches.length}`) : null;
    const { planId, workspace } = await this.service.fork(branch.planId, checkpoint.id, into, working);
    const folder = new StoryFolder(workspace);
    const base = await this.storage.plans.stateAt(branch.planId, checkpoint.seq);
    const fork = { planId, folder, workspace, kept: [], doings: [] };
    const state = await this.storage.plans.stateAt(planId);
    expect(plainState(state, { forked: true })).toEqual(plainState(base, { forked: true }));
    if (isNew) await expectCapturedAs(this.files, checkpoint, folder.look(), { isLaidOut: true });
    this.branches.push(fork);
    await this.#checkpoint(fork);
  }

  async #rollBack(branch: Branch, move: Extract<Move, { do: 'rollback' }>): Promise<void> {
    const kept = pick(branch.kept, move.to);
    const before = branch.folder.look();
    const stateBefore = await this.storage.plans.stateAt(branch.planId);
    const result = await this.goBack(branch, kept, move.choices);
    if (result.rollback === null) return;
    let [from, here] = [before, branch.folder.look()];
    const isRolledBack = takesStateBack(move.choices);
    for (let undo = 0; undo < move.undos; undo += 1) {
      const undone = await this.undo(branch);
      if (undone === null) return;
      expect(undone.conflicts.filter(({ path }) => !mentions(undone, path))).toEqual([]);
      const back = branch.folder.look();
      const changed = changedPaths(from, back).filter((path) => !mentions(undone, path));
      expect(changed, 'an undo of a rollback is as if it had never been').toEqual([]);
      if (undo === 0) {
        const state = await this.storage.plans.stateAt(branch.planId);
        expect(plainState(state, { isRolledBack })).toEqual(plainState(stateBefore, { isRolledBack }));
      }
      [from, here] = [here, back];
    }
  }

  async undo(branch: Branch): Promise<RollbackResult | null> {
    const found = await this.service.undoTarget(branch.planId).catch((thrown: { code: string }) => {
      expect(thrown.code).toBe('nothing_to_undo');
      return null;
    });
    if (found === null) return null;
    const kept = branch.kept.find(({ checkpoint }) => checkpoint.id === found.checkpoint.id);
    if (kept === undefined) throw new Error('nobody knows this checkpoint');
    return await this.goBack(branch, kept, { scope: found.scope, paths: [], onConflict: 'keep' });
  }

  async goBack(branch: Branch, kept: Kept, choices: RollbackChoices): Promise<RollbackResult> {
    const { plans } = this.storage;
    const { planId, folder } = branch;
    const before = folder.look();
    const state = await plans.stateAt(planId);
    const result = await this.service.rollBack(planId, kept.checkpoint.id, choices, 'refuse', working);
    const after = folder.look();
    const then = await plans.stateAt(planId, kept.checkpoint.seq);
    const leavesOutLittle = this.#leavesOutLittle;
    const story = { branch, kept, choices, before, after, result, leavesOutLittle };
    await expectRolledBack(this.files, story);
    const goesBack = takesStateBack(choices) && result.rollback !== null;
    const wanted = goesBack ? plainState(then, { isRolledBack: true }) : plainState(state);
    expect(plainState(await plans.stateAt(planId))).toEqual(wanted);
    const { preRollback, rollback } = result;
    if (preRollback && rollback) {
      settleCutOff(branch, before);
      branch.kept.push({ checkpoint: preRollback, sights: before }, { checkpoint: rollback, sights: after });
      branch.doings.push({ seq: rollback.seq, before, after, leftOut: new Set() });
      await expectCapturedAs(this.files, preRollback, before);
      await expectCapturedAs(this.files, rollback, after);
    }
    expect(await this.storage.operations.open()).toEqual([]);
    return result;
  }

  async expectFolds({ planId }: Branch): Promise<void> {
    const { plans } = this.storage;
    const events = await plans.events(planId, 1, 100_000);
    const folded = foldFrom(await plans.stateAt(planId, 1), events);
    expect(plainState(folded)).toEqual(plainState(await plans.stateAt(planId)));
  }

  /** With the kept index, as another process, and with nothing kept: the same. */
  async #expectSameCaptures({ planId, workspace }: Branch): Promise<void> {
    const last = await this.storage.plans.lastTree(planId);
    const { exclude, ignore, limits } = this.#settings;
    const request = { workspace, exclude, ignore, limits, keep: last === null ? [] : [last] };
    const { tree } = this.#engine.capture(request);
    expect(this.#open(this.store).capture(request).tree).toBe(tree);
    expect(this.#open(withoutIndex(this.store)).capture(request).tree).toBe(tree);
  }

  /** Heads of their journals, and their files where they have them for themselves. */
  async #seen(others: readonly Branch[], branch: Branch): Promise<unknown> {
    const heads = others.map(({ planId }) => this.storage.plans.head(planId));
    const elsewhere = others.filter(({ workspace }) => workspace !== branch.workspace);
    return { heads: await Promise.all(heads), files: elsewhere.map(({ folder }) => folder.look()) };
  }

  #newWorkspace(): string {
    const workspace = join(this.place, 'work');
    mkdirSync(workspace);
    return workspace;
  }

  #open(store: ObjectStore): WorkspaceEngine {
    const home = join(this.place, 'home');
    return new WorkspaceEngine({ store, home, freeBytes: () => Number.MAX_SAFE_INTEGER });
  }

  #dependencies(): RollbackDependencies {
    const { plans, checkpoints, operations, workspaceLock: lock } = this.storage;
    const { blobs, files } = this;
    return {
      plans,
      checkpoints,
      operations,
      lock,
      blobs,
      files,
      clock,
      ids,
      processes: { self, liveness: () => 'alive' },
      settingsFor: async () => this.#settings,
      withJournal: async (rootId, _running, _working, work) => {
        const deps = { plans, bus: new EventBus(), clock, ids };
        return await work(await LiveJournal.open(deps, rootId, 0));
      },
      createFork: (fork) =>
        createFork(plans, ids, { ...fork, created_at: new Date(clock.now()).toISOString() }),
      newFolder: async (path) => {
        mkdirSync(path);
        return path;
      },
      removeFolder: async (path) => removeAll(path),
    };
  }

  [Symbol.dispose](): void {
    this.#engine.close();
    removeAll(this.place);
  }
}

/** What a result names as left alone: nothing is promised of it. */
function mentions({ excluded, conflicts }: RollbackResult, path: string): boolean {
  const isOver = (over: string): boolean => path === over || path.startsWith(`${over}/`);
  if (excluded.some((left) => isOver(left.path))) return true;
  // A folder stays because of what stays in it.
  return conflicts.some((kept) =>
    excluded.some((left) => isOver(kept.path) && left.path.startsWith(`${kept.path}/`)),
  );
}

function takesStateBack({ scope, paths }: RollbackChoices): boolean {
  return scope !== 'files_only' && paths.length === 0;
}
