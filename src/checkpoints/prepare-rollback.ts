import type { Checkpoint } from '../domain/checkpoint.ts';
import { ConflictError } from '../domain/errors.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { isSameState, type FileChange } from '../domain/file-state.ts';
import { fromChangeJson } from '../domain/file-change-json.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import { phaseOf, type TreeState } from '../domain/plan-state.ts';
import { planRestore, type RestoreAction, type RestorePlan } from '../domain/plan-restore.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { isWithin, type RawPath } from '../domain/raw-path.ts';
import { rollBackParts, type RolledBackPart } from '../domain/roll-back-state.ts';
import type {
  RollbackChoices,
  RollbackImpact,
  RollbackPreview,
  RollbackTarget,
} from '../ports/rollback-control.ts';
import type { CapturedFiles } from '../ports/workspace-files.ts';
import { readChanges } from './file-recorder.ts';
import { movedHeads } from './git-heads.ts';
import { outsideOf } from './outside-effects.ts';
import { lastApply, sandboxOf } from './sandbox.ts';
import { addChanges, addGuessed, readFilesHistory, type FilesHistory } from './path-history.ts';
import {
  captureNow,
  toWorkOptions,
  type RollbackDependencies,
  type Working,
} from './rollback-dependencies.ts';
import { countTree } from './tree-counts.ts';

/** What a rollback is going to do, with what it needs to do it. */
export interface PreparedRollback {
  readonly preview: RollbackPreview;
  /** The files as they are now; null if they are not captured. */
  readonly now: CapturedFiles | null;
  /** The place whose state the plan goes back to, and whether the root plan is then exactly as it was; null: it stays. */
  readonly state: { readonly seq: number; readonly isExact: boolean } | null;
  /** All that the restore is asked for: those of the preview, and folders that are only opened for a change in them. */
  readonly actions: readonly RestoreAction[];
}

/** Where a rollback goes. `tree` is that of the checkpoint's moment: a subplan's stands for the whole tree. */
export function targetOf({ id, number, seq, tree_hash, trigger, state }: Checkpoint): RollbackTarget {
  const isWayBack = trigger === 'pre_rollback' && (isFinal(state) || state === 'paused');
  return { checkpointId: id, number, seq, tree: tree_hash, isWayBack };
}

const NO_FILES: RestorePlan = { actions: [], conflicts: [], excluded: [] };

/**
 * Looks at plan and files as they are now, and says what going back to a place does to them. Stores content, changes nothing else.
 * @throws ConflictError `plan_applied`, `no_files`
 */
export async function prepareRollback(
  deps: RollbackDependencies,
  plan: PlanRecord,
  live: TreeState,
  target: RollbackTarget,
  choices: RollbackChoices,
  working: Working,
): Promise<PreparedRollback> {
  const undone = await undoneApply(deps, plan, live, target);
  const wantsFiles = choices.scope !== 'plan_only';
  if (wantsFiles && target.tree === null) throw noFiles(plan, target);
  const history = undone?.history ?? (await readFilesHistory(deps, plan.root_plan_id, target.seq));
  const workspace = undone?.workspace ?? plan.workspace;
  const now = await captureNow(deps, plan, working, {
    keep: target.tree === null ? [] : [target.tree],
    must: [...history.paths.keys()],
    workspace,
  });
  if (now) await settleUnknown(deps, history, now);
  const files =
    wantsFiles && now && target.tree !== null
      ? await planFiles(deps, history, now.tree, target.tree, choices, working)
      : null;
  const state =
    undone?.state ??
    (rollsBackState(choices) ? { seq: target.seq, isExact: target.isWayBack ?? false } : null);
  const then = state && (await deps.plans.stateAt(plan.root_plan_id, state.seq));
  const parts = then ? rollBackParts(live, then, state.isExact) : [];
  const counts = then && { before: countTree(live), after: countTree(then) };
  const outside = await outsideOf(deps, plan.root_plan_id, { live, past: then, history });
  const { damaged, differences, ...restore } = files ?? NO_FILES_AT_ALL;
  const preview: RollbackPreview = {
    planId: plan.root_plan_id,
    workspace,
    target,
    scope: choices.scope,
    ...restore,
    actions: restore.actions.filter(isChange),
    damaged,
    notUndone: [...outside.notUndone, ...unknownWrites(history)],
    ...(outside.compensations.length > 0 ? { compensations: outside.compensations } : {}),
    impact: impactOf(parts),
    ...(counts ? { counts } : {}),
    heads: now && target.tree !== null ? await movedHeads(deps, differences, now.tree, target.tree) : [],
    isNothing:
      !restore.actions.some(isChange) && damaged.length === 0 && (parts.length === 0 || isAsThen(live, then)),
  };
  return { preview, now, state, actions: restore.actions };
}

/** To wait again, and nothing else, is no going back: a failed plan is retried, a paused one goes on. */
const isAsThen = (live: TreeState, then: TreeState | null): boolean =>
  then === null || rollBackParts(live, then, true).length === 0;

/** What becomes of the state. */
export async function partsBack(
  { plans }: RollbackDependencies,
  rootId: PlanId,
  live: TreeState,
  state: PreparedRollback['state'],
): Promise<readonly RolledBackPart[]> {
  return state === null ? [] : rollBackParts(live, await plans.stateAt(rootId, state.seq), state.isExact);
}

interface UndoneApply {
  readonly workspace: string;
  readonly history: FilesHistory;
  readonly state: { readonly seq: number; readonly isExact: boolean };
}

/**
 * An applied plan goes nowhere back but to before its files were applied; null for one that isn't.
 * @throws ConflictError `plan_applied`
 */
async function undoneApply(
  deps: RollbackDependencies,
  plan: PlanRecord,
  live: TreeState,
  target: RollbackTarget,
): Promise<UndoneApply | null> {
  const root = live.plans.get(plan.root_plan_id);
  if (!root || phaseOf(root) !== 'apply') return null;
  const applied = await lastApply(deps.plans, plan.root_plan_id);
  const sandbox = await sandboxOf(deps.plans, plan.root_plan_id);
  const changes = applied?.payload.changes;
  if (!applied || !sandbox || !changes || applied.payload.pre_apply_id !== target.checkpointId)
    throw planApplied(plan);
  const paths: FilesHistory['paths'] = new Map();
  addChanges(paths, (await readChanges(changes, deps.blobs)).map(fromChangeJson));
  return {
    workspace: sandbox.folder,
    history: { paths, unknown: [], notUndone: [], uncertain: [] },
    state: { seq: applied.seq - 1, isExact: true },
  };
}

/** A folder that is only opened for a change in it is none. */
export const isChange = ({ from, to }: RestoreAction): boolean => !isSameState(from, to);

const NO_FILES_AT_ALL = { ...NO_FILES, damaged: [], differences: [] };

/** Single paths go back without the plan: its state is about all of them. */
export function rollsBackState({ scope, paths }: Pick<RollbackChoices, 'scope' | 'paths'>): boolean {
  return scope !== 'files_only' && paths.length === 0;
}

interface FilesPlan extends RestorePlan {
  readonly damaged: readonly RawPath[];
  readonly differences: readonly FileChange[];
}

async function planFiles(
  deps: RollbackDependencies,
  history: FilesHistory,
  nowTree: string,
  wantedTree: string,
  choices: RollbackChoices,
  working: Working,
): Promise<FilesPlan> {
  const differences = await deps.files.changes(nowTree, wantedTree);
  const standing = new Map((await deps.files.list(nowTree)).map(({ path, state }) => [path, state]));
  const question = {
    differences,
    history: history.paths,
    scope: choices.scope === 'workspace' ? 'workspace' : 'plan',
    paths: choices.paths,
    onConflict: choices.onConflict,
    ...(choices.choices ? { choices: choices.choices } : {}),
    now: standing,
  } as const;
  const restore = planRestore(question);
  const damaged = await findDamaged(deps, restore.actions, working);
  const isLeft = (path: RawPath): boolean => damaged.some((gone) => isWithin(path, gone));
  return { ...restore, actions: restore.actions.filter(({ path }) => !isLeft(path)), damaged, differences };
}

/** Reads all that is needed, before anything is touched. */
export async function findDamaged(
  deps: RollbackDependencies,
  actions: readonly RestoreAction[],
  working: Working,
): Promise<readonly RawPath[]> {
  const byHash = new Map<string, RawPath[]>();
  for (const { path, to } of actions) {
    if (to?.type === 'file') byHash.set(to.hash, [...(byHash.get(to.hash) ?? []), path]);
  }
  const faults = await deps.files.verify(
    { contents: [...byHash.keys()] },
    toWorkOptions(working, 'checking what is stored'),
  );
  return faults.flatMap(({ hash }) => byHash.get(hash) as readonly RawPath[]).sort();
}

/** Writes of which nobody knows what they did, and since when nobody looked: what differs from before them is taken for their doing. */
async function settleUnknown(
  deps: RollbackDependencies,
  { unknown, paths }: FilesHistory,
  now: CapturedFiles,
): Promise<void> {
  for (const { treeBefore } of unknown) {
    if (treeBefore === null) continue;
    addGuessed(paths, await deps.files.changes(treeBefore, now.tree));
  }
}

function unknownWrites({ unknown }: FilesHistory): RollbackPreview['notUndone'] {
  return unknown
    .filter(({ treeBefore }) => treeBefore === null)
    .map(({ stepId }) => ({ step_id: stepId, what: 'what it did to the files is not known' }));
}

function impactOf(parts: readonly RolledBackPart[]): RollbackImpact {
  const count = (section: string): number => parts.filter((part) => part.section === section).length;
  return {
    decisions: count('decisions'),
    steps: count('steps'),
    tool_calls: count('tool_calls'),
    child_plans: count('subplans'),
  };
}

function planApplied(plan: PlanRecord): ConflictError {
  const id = shortId(plan.root_plan_id);
  return new ConflictError('plan_applied', 'the plan is applied: its result was accepted', {
    hint: 'rollback is closed then; a fork begins at any of its checkpoints',
    nextSteps: [`agents plan checkpoint list ${id}`, `agents plan fork ${id} CHECKPOINT`],
  });
}

function noFiles(plan: PlanRecord, { number }: RollbackTarget): ConflictError {
  const id = shortId(plan.root_plan_id);
  const cp = number ?? 'CHECKPOINT';
  return new ConflictError('no_files', `checkpoint ${cp} holds no files`, {
    hint: 'files were not captured then (core.checkpoints.files, or the capture failed); the plan alone can go back',
    nextSteps: [`agents plan rollback ${id} ${cp} --plan-only`, `agents plan checkpoint show ${id} ${cp}`],
  });
}
