import { PlanError } from '../domain/errors.ts';
import { isSameState, type FileChange, type FileState } from '../domain/file-state.ts';
import { shortId } from '../domain/ids.ts';
import { planRestore, type RestoreExclusion } from '../domain/plan-restore.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { folderOf, isWithin, textOfPath, type RawPath } from '../domain/raw-path.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { FailedAttempt } from '../ports/restore-attempt.ts';
import { readAttempt, type AttemptPath, type AttemptWindows } from './attempt-windows.ts';
import { findDamaged, isChange, type PreparedRollback } from './prepare-rollback.ts';
import { namesOf } from './recover-writes.ts';
import { captureNow, type RollbackDependencies, type Working } from './rollback-dependencies.ts';
import { runRestore } from './run-rollback.ts';

export interface AttemptOrder {
  /** The root plan. */
  readonly plan: PlanRecord;
  readonly attempt: FailedAttempt;
}

type Standing = ReadonlyMap<RawPath, FileState>;

/** What is known before anything is touched, and what was found to be somebody else's. */
interface Look extends AttemptOrder {
  readonly windows: AttemptWindows;
  readonly first: NonNullable<AttemptWindows['first']>;
  readonly others: RawPath[];
}

/**
 * Puts back what the windows of one attempt changed, path by path: to what stood there before it, if what it left still stands
 * there. All else stays, and a note says what of the attempt's stayed with it. Nobody may write in the workspace meanwhile.
 * True if files were changed.
 * @throws PlanError `no_files`, `content_damaged` before anything was changed
 * @throws WorkspaceError or StorageError if it was cut off: then the next start of the plan ends it
 */
export async function restoreAttempt(
  deps: RollbackDependencies,
  journal: PlanJournal,
  order: AttemptOrder,
  working: Working,
): Promise<boolean> {
  const { plan, attempt } = order;
  const windows = await readAttempt(deps, journal, attempt);
  const [unknown] = windows.unknown;
  if (unknown !== undefined) throw noFiles(order, `what step ${unknown} changed is not known`);
  const { first } = windows;
  if (first === null) return false;
  await requireSeen(deps, order, first);
  if (windows.paths.size === 0) return false;
  const look: Look = { ...order, windows, first, others: [] };
  const prepare = (): Promise<PreparedRollback> => prepareAttempt(deps, look, journal.tree.seq, working);
  const what = `files back to before attempt ${attempt.attempt} of ${nameOf(attempt)}`;
  const restore = { plan, kind: 'recovery', what, prepare, choices: {} } as const;
  const { rollback, conflicts, left, excluded } = await runRestore(deps, journal, restore, working);
  const others = [...look.others, ...conflicts.map(({ path }) => path), ...left.map(({ path }) => path)];
  await sayWhatStays(journal, attempt, others, excluded);
  return rollback !== null;
}

async function prepareAttempt(
  deps: RollbackDependencies,
  look: Look,
  seq: number,
  working: Working,
): Promise<PreparedRollback> {
  const { plan, first } = look;
  const now = await captureNow(deps, plan, working, { keep: [first.tree] });
  if (!now) throw noFiles(look, 'core.checkpoints.files is false by now');
  const standing = new Map((await deps.files.list(now.tree)).map(({ path, state }) => [path, state]));
  const own = ownDifferences(look, standing);
  const history = new Map(own.map(({ path, base, after }) => [path, { base, created: after === null }]));
  const differences = withForeign(own, standing);
  const restore = planRestore({
    differences,
    history,
    scope: 'plan',
    paths: [],
    onConflict: 'keep',
    now: standing,
  });
  const lost = restore.excluded.filter(isLost);
  if (lost.length > 0) throw noFiles(look, `not captured: ${namesOf(lost)}`);
  const damaged = await findDamaged(deps, restore.actions, working);
  if (damaged.length > 0) throw contentDamaged(look, damaged);
  const actions = restore.actions.filter(isChange);
  const preview = {
    planId: plan.root_plan_id,
    workspace: plan.workspace,
    target: { checkpointId: null, number: null, seq, tree: first.tree },
    scope: 'files_only' as const,
    ...restore,
    actions,
    damaged,
    notUndone: [],
    impact: { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 },
    heads: [],
    isNothing: actions.length === 0,
  };
  return { preview, now, state: null, actions: restore.actions };
}

type OwnDifference = FileChange & Pick<AttemptPath, 'base'>;

/** What differs from before the attempt by its own doing, folders before what is in them. */
function ownDifferences({ windows: { paths }, others }: Look, standing: Standing): readonly OwnDifference[] {
  const own: OwnDifference[] = [];
  for (const [path, { to, base }] of [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const before = standing.get(path) ?? null;
    if (isSameState(before, to)) continue;
    if (to !== null && !willHaveFolder(path, paths, standing)) others.push(path);
    else own.push({ path, before, after: to, base });
  }
  return own;
}

/** False if somebody else took away the folder that a path was in. */
function willHaveFolder(path: RawPath, paths: AttemptWindows['paths'], standing: Standing): boolean {
  const folder = folderOf(path);
  const isThere = folder === '' || standing.get(folder)?.type === 'directory';
  return isThere || paths.get(folder)?.to?.type === 'directory';
}

/** A folder that the attempt made and that holds something else's stays: so that has to be seen too. */
function withForeign(own: readonly OwnDifference[], standing: Standing): readonly FileChange[] {
  const known = new Set(own.map(({ path }) => path));
  const going = own.filter(
    ({ before, after }) => before?.type === 'directory' && after?.type !== 'directory',
  );
  const foreign = [...standing].flatMap(([path, state]): readonly FileChange[] => {
    const isIn = !known.has(path) && going.some((folder) => isWithin(path, folder.path));
    return isIn ? [{ path, before: state, after: null }] : [];
  });
  return [...own, ...foreign].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What can't be put back, and isn't left alone by any rollback anyway. */
function isLost({ reason }: RestoreExclusion): boolean {
  return reason !== 'rule' && reason !== 'git' && reason !== 'special';
}

/** A file's time of change is taken from a clock that is a little behind. */
const CLOCK_GRAIN_MS = 20;

/** @throws PlanError if something that isn't captured may have been changed since the attempt began: no window tells of that */
async function requireSeen(
  { files }: RollbackDependencies,
  order: AttemptOrder,
  { tree, at }: NonNullable<AttemptWindows['first']>,
): Promise<void> {
  const unseen = (await files.list(tree)).filter(({ path, state }) => {
    return state.type === 'excluded' && isLost({ path, reason: state.reason });
  });
  const times = await files.changedAt(
    order.plan.workspace,
    unseen.map(({ path }) => path),
  );
  // A folder's own time says nothing of what is in it.
  const changed = unseen.filter(({ state }, index) => {
    const isFile = state.type === 'excluded' && state.was === 'file';
    return !isFile || (times[index] ?? Infinity) >= at - CLOCK_GRAIN_MS;
  });
  if (changed.length > 0) throw noFiles(order, `not captured, and maybe changed: ${namesOf(changed)}`);
}

async function sayWhatStays(
  journal: PlanJournal,
  attempt: FailedAttempt,
  others: readonly RawPath[],
  excluded: readonly RestoreExclusion[],
): Promise<void> {
  const paths = [...new Set(others)].map((path) => ({ path }));
  const kept = paths.length === 0 ? [] : [`${namesOf(paths)} (changed by somebody else)`];
  const out = excluded.map(({ path, reason }) => `${textOfPath(path)} (${reason})`);
  if (kept.length + out.length === 0) return;
  const { planId: plan_id, stepId: step_id } = attempt;
  const text = `not put back to before attempt ${attempt.attempt} of ${nameOf(attempt)}: ${[...kept, ...out].join(', ')}`;
  await journal.commit([{ type: 'note.added', plan_id, payload: { text, step_id } }]);
}

function nameOf({ stepId, subplan }: FailedAttempt): string {
  return subplan === null ? `step ${stepId}` : `subplan ${shortId(subplan.planId)} of step ${stepId}`;
}

function noFiles({ plan, attempt }: AttemptOrder, why: string): PlanError {
  return new PlanError(
    'no_files',
    `the files can't be put back to before attempt ${attempt.attempt}, so there is no other: ${why}`,
    {
      hint: "retries.restore: workspace needs every change captured: core.checkpoints.files and its limits; .agentsignore names what is nobody's loss",
      nextSteps: [
        'agents config explain core.checkpoints',
        `agents plan retry ${shortId(plan.root_plan_id)}`,
      ],
    },
  );
}

function contentDamaged({ attempt, plan }: AttemptOrder, damaged: readonly RawPath[]): PlanError {
  const names = namesOf(damaged.map((path) => ({ path })));
  return new PlanError(
    'content_damaged',
    `the files can't be put back to before attempt ${attempt.attempt}: stored content is missing or damaged: ${names}`,
    { nextSteps: ['agents storage verify', `agents plan retry ${shortId(plan.root_plan_id)}`] },
  );
}
