import { isCompensating } from '../domain/compensation.ts';
import { fromChangeJson } from '../domain/file-change-json.ts';
import type { FileChange } from '../domain/file-state.ts';
import type { CallId, PlanId } from '../domain/ids.ts';
import type { ChangedFiles, PlanEvent } from '../domain/plan-event.ts';
import type { PathHistory } from '../domain/plan-restore.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import { readChanges } from './file-recorder.ts';

/** A write call of which it isn't known what it did to the files. */
export interface UnknownWrite {
  readonly stepId: string;
  /** The files before it; null: not known either. */
  readonly treeBefore: string | null;
}

/** What a tree of plans did to the files since a place in its journal. */
export interface FilesHistory {
  readonly paths: Map<RawPath, PathHistory>;
  readonly unknown: readonly UnknownWrite[];
  /** What went out of this machine, and can't be taken back. */
  readonly notUndone: readonly OutsideEffect[];
  /** Write calls that failed, or that nobody saw ending. */
  readonly uncertain: readonly UncertainCall[];
}

export interface OutsideEffect {
  readonly step_id: string;
  readonly what: string;
  readonly callId: CallId;
}

export interface UncertainCall {
  readonly planId: PlanId;
  readonly stepId: string;
}

const PAGE = 1000;

type StartedWrite = Extract<PlanEvent, { readonly type: 'tool.started' }>['payload'];

interface Stores {
  readonly plans: PlanStore;
  readonly blobs: BlobStore;
  readonly files: Pick<WorkspaceFiles, 'changes'>;
}

/**
 * A write of which nobody knows what it did is taken to have done all until somebody looked at the files next; what comes after
 * that isn't its doing.
 * @throws StorageError
 */
export async function readFilesHistory(
  stores: Stores,
  rootId: PlanId,
  afterSeq: number,
): Promise<FilesHistory> {
  const paths = new Map<RawPath, PathHistory>();
  const open = new Map<string, UnknownWrite>();
  const notUndone: OutsideEffect[] = [];
  const uncertain = new Map<CallId, UncertainCall>();
  for await (const event of eventsAfter(stores.plans, rootId, afterSeq)) {
    const tree = treeSeenBy(event);
    if (tree !== null) await settleUntil(stores.files, open, tree, paths);
    if (event.type === 'tool.started' && event.payload.effect === 'write') {
      const { call_id, step_id: stepId, tree_before: treeBefore } = event.payload;
      open.set(call_id, { stepId, treeBefore });
      notUndone.push(...outsideEffect(event.payload));
      if (!isCompensating(event.payload)) uncertain.set(call_id, { planId: event.plan_id, stepId });
    }
    if (event.type === 'tool.completed') uncertain.delete(event.payload.call_id);
    const changes = changesOf(event);
    if (!changes) continue;
    addChanges(paths, (await readChanges(changes, stores.blobs)).map(fromChangeJson));
    if (event.type === 'tool.completed' || event.type === 'tool.failed') open.delete(event.payload.call_id);
  }
  return { paths, unknown: [...open.values()], notUndone, uncertain: [...uncertain.values()] };
}

/** Writes that are known to a tree begin there: what they did before stands in `paths` now. */
async function settleUntil(
  files: Stores['files'],
  open: Map<string, UnknownWrite>,
  tree: string,
  paths: FilesHistory['paths'],
): Promise<void> {
  for (const [callId, { treeBefore }] of open) {
    if (treeBefore === null) continue;
    addGuessed(paths, await files.changes(treeBefore, tree));
    open.delete(callId);
  }
}

/** What came later stands for what came before it. */
export function addChanges(paths: Map<RawPath, PathHistory>, changes: readonly FileChange[]): void {
  for (const { path, before, after } of changes) {
    paths.set(path, { base: after, created: before === null || paths.get(path)?.created === true });
  }
}

/**
 * What differs since a write of which nobody knows what it did. Of a path that was left out before it, nobody knows whether it
 * differs.
 */
export function addGuessed(paths: Map<RawPath, PathHistory>, changes: readonly FileChange[]): void {
  addChanges(
    paths,
    changes.map((change) =>
      change.before?.type === 'excluded' ? { ...change, after: change.before } : change,
    ),
  );
}

/** All events of a journal after a place in it, in order. @throws StorageError */
export async function* eventsAfter(
  plans: PlanStore,
  rootId: PlanId,
  afterSeq: number,
): AsyncGenerator<PlanEvent> {
  for (let seq = afterSeq; ;) {
    const page = await plans.events(rootId, seq, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    seq = last.seq;
  }
}

/** What an event says became of the files; null if it doesn't say. */
export function changesOf(event: PlanEvent): ChangedFiles | null {
  switch (event.type) {
    case 'tool.completed':
    case 'tool.failed':
    case 'plan.rolled_back':
      return event.payload.changes ?? null;
    default:
      return null;
  }
}

/** The files as somebody saw them while no write was running: checkpoints and windows wait for one that is. */
function treeSeenBy(event: PlanEvent): string | null {
  if (event.type === 'tool.started') return event.payload.tree_before;
  return event.type === 'checkpoint.created' ? event.payload.checkpoint.tree_hash : null;
}

function outsideEffect({ step_id, call_id, tool, input }: StartedWrite): readonly OutsideEffect[] {
  if (tool !== 'http.request') return [];
  const { method, url } = input as { readonly method?: string; readonly url?: string };
  return [{ step_id, callId: call_id, what: `${method ?? 'request'} ${url ?? ''}`.trim() }];
}
