import { ConflictError } from '../domain/errors.ts';
import { shortId } from '../domain/ids.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ChangedFiles, NewEvent } from '../domain/plan-event.ts';
import { phaseOf } from '../domain/plan-state.ts';
import { exchanged } from '../domain/plan-restore.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { textOfPath } from '../domain/raw-path.ts';
import type { Operation } from '../ports/operation-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStanding } from '../ports/plan-control.ts';
import type {
  RollbackChoices,
  RollbackPreview,
  RollbackResult,
  RollbackTarget,
} from '../ports/rollback-control.ts';
import type { CapturedFiles } from '../ports/workspace-files.ts';
import { storeChanges } from './file-recorder.ts';
import { ownChanges } from './own-changes.ts';
import { partsBack, prepareRollback, type PreparedRollback } from './prepare-rollback.ts';
import {
  captureNow,
  filesOf,
  toWorkOptions,
  type RollbackDependencies,
  type Working,
} from './rollback-dependencies.ts';
import { beginOperation, inWorkspace, standingOf, type NewOperation } from './restore-operation.ts';
import {
  lastSignOf,
  readProgress,
  restoringProgress,
  whatOf,
  type RollbackProgress,
} from './rollback-progress.ts';
import { sandboxOf } from './sandbox.ts';

/** One rollback, as the holder of the plan's lease does it. */
export interface RollbackOrder {
  readonly plan: PlanRecord;
  readonly target: RollbackTarget;
  readonly choices: RollbackChoices;
  /** Recorded with the rollback itself, in the same transaction. */
  readonly afterwards?: readonly NewEvent[];
}

/**
 * Looks, stores what is there, stores what is going to be done, does it, and moves the plan: in this order, so that nothing is lost
 * wherever it is cut off.
 * @throws ConflictError before anything was changed; WorkspaceError or StorageError if it was cut off: its operation stays open
 */
export async function runRollback(
  deps: RollbackDependencies,
  journal: PlanJournal,
  { plan, target, choices, afterwards }: RollbackOrder,
  working: Working,
): Promise<RollbackResult> {
  const prepare = (): Promise<PreparedRollback> =>
    prepareRollback(deps, plan, journal.tree, target, choices, working);
  const what = describeTarget(target);
  return await runRestore(
    deps,
    journal,
    { plan, kind: 'rollback', what, prepare, choices, afterwards, workspace: await folderOf(deps, journal) },
    working,
  );
}

/** A rollback or an apply: what it is called, and how it looks at what it is going to do. */
export interface RestoreOrder extends NewOperation {
  readonly kind: 'rollback' | 'apply' | 'recovery';
  readonly prepare: () => Promise<PreparedRollback>;
  readonly choices: Pick<RollbackChoices, 'leaveDamaged'>;
  readonly afterwards?: readonly NewEvent[] | undefined;
}

export async function runRestore(
  deps: RollbackDependencies,
  journal: PlanJournal,
  order: RestoreOrder,
  working: Working,
): Promise<RollbackResult> {
  const { plan, what, workspace = plan.workspace } = order;
  return await inWorkspace(deps, { ...plan, workspace }, working, async () => {
    const operation = await beginOperation(deps, order);
    let progress: RollbackProgress;
    try {
      const prepared = await order.prepare();
      // An apply is recorded also where it changes nothing: it is a person's word.
      if (prepared.preview.isNothing && !order.afterwards && order.kind !== 'apply') {
        await deps.operations.end(operation.id);
        return await nothingDone(deps, journal, prepared.preview);
      }
      if (order.choices.leaveDamaged !== true) refuseDamaged(prepared.preview);
      working.signal.throwIfAborted();
      progress = await keepWhatIsThere(journal, prepared, order);
      const stored = await restoringProgress(deps.blobs, countedTarget(what, prepared), progress);
      await deps.operations.update(operation.id, stored);
    } catch (thrown) {
      // Nothing of the files was touched. What ended the look may keep this from being stored too: then it stays, as after a kill.
      await deps.operations.end(operation.id).catch(() => undefined);
      throw thrown;
    }
    return await finishRollback(deps, journal, plan, operation, progress, working);
  });
}

/** Does what an operation has stored, or the rest of it, and moves the plan. */
async function finishRollback(
  deps: RollbackDependencies,
  journal: PlanJournal,
  plan: PlanRecord,
  operation: Operation,
  progress: RollbackProgress,
  working: Working,
): Promise<RollbackResult> {
  const { preview, actions, preRollbackId, treeBefore } = progress;
  const { workspace, target } = preview;
  // From here on it isn't stopped any more: the same request again would have to end it.
  const patient = { ...working, signal: new AbortController().signal };
  const request = { workspace, operation: operation.id, actions };
  const report = await deps.files.restore(request, toWorkOptions(patient, 'putting files back'));
  const keep = target.tree === null ? [] : [target.tree];
  // What was put back is known exactly, whatever its size: else the next rollback would take it for somebody else's.
  const must = actions.flatMap(({ path, to, aside }) => [
    ...(to?.type === 'file' ? [path] : []),
    ...(aside === undefined ? [] : [path, aside]),
  ]);
  const after = await captureNow(deps, plan, patient, { keep, must, workspace });
  const touchesFiles = after && treeBefore !== null && preview.scope !== 'plan_only';
  const changes = touchesFiles
    ? await storeChanges(
        ownChanges(actions, report.done, await deps.files.changes(treeBefore, after.tree)),
        deps.blobs,
      )
    : null;
  const done = { deps, journal, operation, progress, after, changes };
  const rollback = operation.kind === 'apply' ? await recordApply(done) : await recordRollback(done);
  const preRollback = await deps.checkpoints.resolve(journal.rootId, preRollbackId);
  return { ...preview, preRollback, rollback, left: report.left, ...(await standingOf(deps, journal)) };
}

interface Restored {
  readonly deps: RollbackDependencies;
  readonly journal: PlanJournal;
  readonly operation: Operation;
  readonly progress: RollbackProgress;
  readonly after: CapturedFiles | null;
  readonly changes: ChangedFiles | null;
}

/** One transaction: the plan moves, its checkpoint exists and the operation has ended, or none of it. */
async function recordRollback({ deps, journal, ...done }: Restored): Promise<Checkpoint> {
  const { preview, state, preRollbackId, afterwards } = done.progress;
  const { checkpointId, number, seq } = preview.target;
  const payload = {
    checkpoint_id: checkpointId,
    number,
    to_seq: seq,
    pre_rollback_id: preRollbackId,
    // Of single paths the plan's state is no part, so an undo leaves it alone too.
    scope: state === null && preview.scope !== 'plan_only' ? 'files_only' : preview.scope,
    changes: done.changes,
    parts: await partsBack(deps, journal.rootId, journal.tree, state),
  };
  const rolledBack: NewEvent = { type: 'plan.rolled_back', plan_id: journal.rootId, payload };
  return await journal.commitCheckpoint(
    'rollback',
    { planId: journal.rootId, files: filesOf(done.after) },
    {
      events: [rolledBack, ...afterwards],
      ...(checkpointId === null ? {} : { parentId: checkpointId }),
      endOperation: done.operation.id,
    },
  );
}

async function recordApply({ journal, operation, progress, changes }: Restored): Promise<null> {
  const payload = {
    checkpoint_id: progress.preview.target.checkpointId,
    changes,
    pre_apply_id: progress.preRollbackId,
  };
  const applied: NewEvent = { type: 'plan.applied', plan_id: journal.rootId, payload };
  await journal.commit([...progress.afterwards, applied], [], operation.id);
  return null;
}

/** Goes on with an operation that was cut off. */
export async function continueRollback(
  deps: RollbackDependencies,
  journal: PlanJournal,
  plan: PlanRecord,
  operation: Operation,
  working: Working,
): Promise<RollbackResult> {
  const progress = await readProgress(deps.blobs, operation.progress);
  if (progress) {
    const { workspace } = progress.preview;
    return await inWorkspace(deps, { ...plan, workspace }, working, () =>
      finishRollback(deps, journal, plan, operation, progress, working),
    );
  }
  await deps.operations.end(operation.id);
  const id = shortId(journal.rootId);
  throw new ConflictError(
    'nothing_begun',
    `the ${whatOf(operation.progress)} was cut off before it changed anything`,
    {
      hint: 'plan and files are as they were; it is forgotten now',
      nextSteps: [`agents plan checkpoint list ${id}`, `agents plan rollback ${id} CHECKPOINT`],
    },
  );
}

/**
 * Ends a recovery that was cut off itself, by a kill or by an error of a process that lives: whoever holds the plan's journal is the
 * only one who works on it. Resolves with the last sign that one left which hadn't changed anything yet; else 0.
 */
export async function finishOpenRecovery(
  deps: RollbackDependencies,
  journal: PlanJournal,
  plan: PlanRecord,
  working: Working,
): Promise<number> {
  const { operations, processes, blobs } = deps;
  const open = (await operations.open()).filter(
    ({ kind, root_plan_id }) => kind === 'recovery' && root_plan_id === plan.root_plan_id,
  );
  let lastSign = 0;
  for (const operation of open) {
    if (!(await operations.adopt(operation.id, operation.process, processes.self))) continue;
    lastSign = Math.max(lastSign, lastSignOf(operation.progress));
    const progress = await readProgress(blobs, operation.progress);
    if (progress) {
      await inWorkspace(deps, plan, working, () =>
        finishRollback(deps, journal, plan, operation, progress, working),
      );
    } else await operations.end(operation.id);
  }
  return lastSign;
}

/** Puts the files back as they were before an operation that was cut off. The plan never moved. */
export async function abortRollback(
  deps: RollbackDependencies,
  journal: PlanJournal,
  plan: PlanRecord,
  operation: Operation,
  working: Working,
): Promise<PlanStanding> {
  const progress = await readProgress(deps.blobs, operation.progress);
  if (progress) {
    const { workspace } = progress.preview;
    const request = { workspace, operation: operation.id, actions: exchanged(progress.actions) };
    await inWorkspace(deps, { ...plan, workspace }, working, () =>
      deps.files.restore(request, toWorkOptions(working, 'putting files back')),
    );
    const text = `the ${whatOf(operation.progress)} was cut off and taken back`;
    const plan_id = journal.rootId;
    await journal.commit([{ type: 'note.added', plan_id, payload: { text, step_id: null } }]);
  }
  await deps.operations.end(operation.id);
  return (await standingOf(deps, journal)).standing;
}

async function keepWhatIsThere(
  journal: PlanJournal,
  { preview, now, actions, state }: PreparedRollback,
  { kind, afterwards = [] }: RestoreOrder,
): Promise<RollbackProgress> {
  const metadata = { before: kind, target_seq: preview.target.seq, target_number: preview.target.number };
  const context = { planId: journal.rootId, files: filesOf(now), metadata };
  const { id } = await journal.commitCheckpoint('pre_rollback', context);
  return {
    preview,
    actions,
    state,
    preRollbackId: id,
    treeBefore: now?.tree ?? null,
    afterwards,
  };
}

async function nothingDone(
  deps: RollbackDependencies,
  journal: PlanJournal,
  preview: RollbackPreview,
): Promise<RollbackResult> {
  return { ...preview, preRollback: null, rollback: null, left: [], ...(await standingOf(deps, journal)) };
}

function refuseDamaged({ damaged, planId, target }: RollbackPreview): void {
  if (damaged.length === 0) return;
  const names = damaged.slice(0, 5).map(textOfPath).join(', ');
  const more = damaged.length > 5 ? ` and ${damaged.length - 5} more` : '';
  const command = `agents plan rollback ${shortId(planId)} ${target.number ?? 'CHECKPOINT'}`;
  throw new ConflictError('content_damaged', `stored content is missing or damaged: ${names}${more}`, {
    hint: 'nothing was changed; all other paths can go back without them',
    nextSteps: [`${command} --leave-damaged`, 'agents storage verify'],
  });
}

/** Where a rollback writes: an applied plan's only one, the undo of the apply, in the folder that its sandbox was made from. */
async function folderOf(
  { plans }: RollbackDependencies,
  { rootId, tree, workspace }: PlanJournal,
): Promise<string> {
  const root = tree.plans.get(rootId);
  const isApplied = root !== undefined && phaseOf(root) === 'apply';
  return (isApplied ? await sandboxOf(plans, rootId) : null)?.folder ?? workspace;
}

function describeTarget({ number, seq }: RollbackTarget): string {
  return number === null ? `rollback to event ${seq}` : `rollback to checkpoint ${number}`;
}

function countedTarget(what: string, { preview: { actions } }: PreparedRollback): string {
  return `${what}, ${actions.length} ${actions.length === 1 ? 'path' : 'paths'}`;
}
