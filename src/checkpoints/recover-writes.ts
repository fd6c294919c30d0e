import { WaitingError } from '../domain/errors.ts';
import type { EventPayloads } from '../domain/plan-event.ts';
import type { ToolCallState } from '../domain/plan-state.ts';
import { isSameState, type FileChange } from '../domain/file-state.ts';
import { planRestore, type PathHistory } from '../domain/plan-restore.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { folderOf, isWithin, textOfPath, type RawPath } from '../domain/raw-path.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import { findDamaged, isChange, type PreparedRollback } from './prepare-rollback.ts';
import { captureNow, type RollbackDependencies, type Working } from './rollback-dependencies.ts';
import { finishOpenRecovery, runRestore } from './run-rollback.ts';

/** A write that nobody saw ending, with what is needed to tell its doing from a person's. */
export interface CutOffWrite {
  readonly call: ToolCallState;
  /** Paths that its tool may touch, relative to the workspace; null: any. */
  readonly declared: readonly RawPath[] | null;
}

export interface RecoveryOrder {
  readonly plan: PlanRecord;
  readonly writes: readonly CutOffWrite[];
  /**
   * When the last of those who could have written was seen, milliseconds since 1970: the holder's last heartbeat, or the end of the
   * last tool that outlived it. What changed later is somebody else's.
   */
  readonly lastSign: number;
  /** The command that goes on, for hints. */
  readonly command: string;
}

/**
 * Brings the files back to before the writes that were cut off, so that they can run again as if they never had. What is there is
 * stored first, as by any rollback. Does nothing where nothing differs.
 * @throws WaitingError `unfinished_write` where it isn't sure whose the changes are: then nothing was changed
 */
export async function recoverWrites(
  deps: RollbackDependencies,
  journal: PlanJournal,
  order: RecoveryOrder,
  working: Working,
): Promise<void> {
  const { plan, writes } = order;
  const known = await finishOpenRecovery(deps, journal, plan, working);
  const lastSign = Math.max(order.lastSign, known);
  // At most one write runs in a workspace: two that were cut off are of two runs, and the first tree is the one to go back to.
  const [first] = await startedWrites(deps, journal, writes);
  if (!first) return;
  const { step_id } = first;
  if (first.tree_before === null) throw unknownWrite(order, step_id, 'files were not captured before it');
  const tree = first.tree_before;
  const prepare = (): Promise<PreparedRollback> =>
    prepareRecovery(deps, { ...order, lastSign }, { tree, stepId: step_id, seq: journal.tree.seq }, working);
  const what = `recovery of step ${step_id}`;
  await runRestore(deps, journal, { plan, kind: 'recovery', what, prepare, choices: {}, lastSign }, working);
}

interface Before {
  readonly tree: string;
  readonly stepId: string;
  readonly seq: number;
}

async function prepareRecovery(
  deps: RollbackDependencies,
  order: RecoveryOrder,
  { tree, stepId, seq }: Before,
  working: Working,
): Promise<PreparedRollback> {
  const { plan } = order;
  const now = await captureNow(deps, plan, working, { keep: [tree] });
  if (!now) throw unknownWrite(order, stepId, 'core.checkpoints.files is false');
  await requireKnown(deps, order, stepId, tree);
  const differences = await deps.files.changes(now.tree, tree);
  await requireOurs(deps, order, stepId, differences);
  const paths = new Map<RawPath, PathHistory>(
    differences.map(({ path, before, after }) => [path, { base: before, created: after === null }]),
  );
  const standing = new Map((await deps.files.list(now.tree)).map(({ path, state }) => [path, state]));
  const question = {
    differences,
    history: paths,
    scope: 'plan',
    paths: [],
    onConflict: 'keep',
    now: standing,
  } as const;
  const restore = planRestore(question);
  const left = differences.filter(
    ({ before, after }) => before?.type === 'excluded' || after?.type === 'excluded',
  );
  if (left.length > 0) throw unknownWrite(order, stepId, `not captured: ${namesOf(left)}`);
  const actions = restore.actions.filter(isChange);
  const preview = {
    planId: plan.root_plan_id,
    workspace: plan.workspace,
    target: { checkpointId: null, number: null, seq, tree },
    scope: 'files_only' as const,
    ...restore,
    actions,
    damaged: await findDamaged(deps, restore.actions, working),
    notUndone: [],
    impact: { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 },
    heads: [],
    isNothing: actions.length === 0,
  };
  return { preview, now, state: null, actions: restore.actions };
}

/** @throws WaitingError if something that the tool may have changed isn't in the tree before: nobody could tell */
async function requireKnown(
  { files }: RollbackDependencies,
  order: RecoveryOrder,
  stepId: string,
  tree: string,
): Promise<void> {
  const listed = await files.list(tree);
  const unknown = listed.filter(
    ({ path, state }) => state.type === 'excluded' && state.reason !== 'rule' && isDeclared(order, path),
  );
  if (unknown.length > 0) throw unknownWrite(order, stepId, `not captured: ${namesOf(unknown)}`);
}

function isDeclared({ writes }: RecoveryOrder, path: RawPath): boolean {
  return writes.some(({ declared }) => declared === null || declared.some((own) => touches(path, own)));
}

/** A file is written under another name beside its own, and then renamed (`write-file-atomic`: `name.1234`): a kill leaves that one. */
function isOurs(order: RecoveryOrder, { path, before, after }: FileChange): boolean {
  const draftOf = /^(.+)\.\d+$/s.exec(path)?.[1];
  const isDraft = draftOf !== undefined && before?.type === 'file' && after === null;
  return isDeclared(order, path) || (isDraft && isDeclared(order, draftOf));
}

/** @throws WaitingError if a path lies outside of what the tool declared, or was changed after its end */
async function requireOurs(
  deps: RollbackDependencies,
  order: RecoveryOrder,
  stepId: string,
  differences: readonly FileChange[],
): Promise<void> {
  const { plan, lastSign } = order;
  const times = await deps.files.changedAt(plan.workspace, witnessesOf(differences));
  const late = differences.filter(
    (change, index) => (times[index] ?? Infinity) > lastSign && !isFolderOnly(change),
  );
  const strange = differences.filter((change) => !isOurs(order, change) && !isFolderOnly(change));
  const foreign = withoutFolders([...new Set([...late, ...strange])]);
  if (foreign.length === 0) return;
  throw unknownWrite(order, stepId, `somebody else may have changed ${namesOf(foreign)}`);
}

/** A folder changes with every name in it: what is named is what it holds, where that is named anyway. */
function withoutFolders(changes: readonly FileChange[]): readonly FileChange[] {
  const folders = new Set(changes.map(({ path }) => folderOf(path)));
  return changes.filter(({ path }) => !folders.has(path));
}

/** What tells when each path was changed: itself, or the folder that a path is gone from. */
function witnessesOf(differences: readonly FileChange[]): readonly RawPath[] {
  const gone = new Set(differences.filter(({ before }) => before === null).map(({ path }) => path));
  return differences.map(({ path }) => {
    let witness = path;
    while (gone.has(witness)) witness = folderOf(witness);
    return witness;
  });
}

/** A folder's times change with every name in it; only its kind and mode are looked at. */
function isFolderOnly({ before, after }: FileChange): boolean {
  return before?.type === 'directory' && after?.type === 'directory' && isSameState(before, after);
}

/** A tool that writes a path may have to make the folders over it. */
function touches(path: RawPath, own: RawPath): boolean {
  return isWithin(path, own) || isWithin(own, path);
}

type Started = EventPayloads['tool.started'];

async function startedWrites(
  { plans }: RollbackDependencies,
  journal: PlanJournal,
  writes: readonly CutOffWrite[],
): Promise<readonly Started[]> {
  const ids = new Set(writes.map(({ call }) => call.id));
  const started = await plans.eventsOfType(journal.rootId, 'tool.started');
  return started.flatMap(({ payload }) =>
    ids.has((payload as Started).call_id) ? [payload as Started] : [],
  );
}

/** The first few paths, for messages. */
export function namesOf(changes: readonly { readonly path: RawPath }[]): string {
  const names = changes.slice(0, 5).map(({ path }) => textOfPath(path));
  const more = changes.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function unknownWrite({ command }: RecoveryOrder, stepId: string, why: string): WaitingError {
  return new WaitingError(
    'unfinished_write',
    `a write was cut off, and can't be taken back by itself: step ${stepId}`,
    {
      hint: why,
      nextSteps: [`${command} --rerun ${stepId}`, `${command} --skip ${stepId}`],
    },
  );
}
