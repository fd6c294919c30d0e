import { fromChangeJson } from '../domain/file-change-json.ts';
import type { FileChange } from '../domain/file-state.ts';
import type { PlanId } from '../domain/ids.ts';
import type { ChangedFiles, PlanEvent } from '../domain/plan-event.ts';
import type { PathHistory } from '../domain/plan-restore.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { readChanges } from './file-recorder.ts';

/** A write call of which it isn't known what it did to the files. */
export interface UnknownWrite {
  readonly stepId: string;
  /** The files before it; null: not known either. */
  readonly treeBefore: string | null;
  /** It was cut off: nobody saw its end. */
  readonly isCutOff: boolean;
}

/** What a tree of plans did to the files since a place in its journal. */
export interface FilesHistory {
  readonly paths: Map<RawPath, PathHistory>;
  readonly unknown: readonly UnknownWrite[];
  /** What went out of this machine, and can't be taken back. */
  readonly notUndone: readonly { readonly step_id: string; readonly what: string }[];
}

const PAGE = 1000;

type StartedWrite = Extract<PlanEvent, { readonly type: 'tool.started' }>['payload'];

/** @throws StorageError */
export async function readFilesHistory(
  stores: { readonly plans: PlanStore; readonly blobs: BlobStore },
  rootId: PlanId,
  afterSeq: number,
): Promise<FilesHistory> {
  const paths = new Map<RawPath, PathHistory>();
  const open = new Map<string, StartedWrite>();
  const unknown: UnknownWrite[] = [];
  const notUndone: { step_id: string; what: string }[] = [];
  for await (const event of eventsAfter(stores.plans, rootId, afterSeq)) {
    if (event.type === 'tool.started' && event.payload.effect === 'write') {
      open.set(event.payload.call_id, event.payload);
      notUndone.push(...outsideEffect(event.payload));
    }
    const changes = changesOf(event);
    if (changes) addChanges(paths, (await readChanges(changes, stores.blobs)).map(fromChangeJson));
    const ended = endedCall(event);
    const started = ended === null ? undefined : open.get(ended);
    if (started === undefined) continue;
    open.delete(started.call_id);
    if (!changes) unknown.push(toUnknown(started, false));
  }
  const cutOff = [...open.values()].map((started) => toUnknown(started, true));
  return { paths, unknown: [...unknown, ...cutOff], notUndone };
}

/** What came later stands for what came before it. */
export function addChanges(paths: Map<RawPath, PathHistory>, changes: readonly FileChange[]): void {
  for (const { path, before, after } of changes) {
    paths.set(path, { base: after, created: before === null || paths.get(path)?.created === true });
  }
}

async function* eventsAfter(plans: PlanStore, rootId: PlanId, afterSeq: number): AsyncGenerator<PlanEvent> {
  for (let seq = afterSeq; ;) {
    const page = await plans.events(rootId, seq, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    seq = last.seq;
  }
}

function changesOf(event: PlanEvent): ChangedFiles | null {
  switch (event.type) {
    case 'tool.completed':
    case 'tool.failed':
    case 'plan.rolled_back':
      return event.payload.changes ?? null;
    default:
      return null;
  }
}

function endedCall(event: PlanEvent): string | null {
  return event.type === 'tool.completed' || event.type === 'tool.failed' ? event.payload.call_id : null;
}

function toUnknown({ step_id, tree_before }: StartedWrite, isCutOff: boolean): UnknownWrite {
  return { stepId: step_id, treeBefore: tree_before, isCutOff };
}

function outsideEffect({ step_id, tool, input }: StartedWrite): readonly { step_id: string; what: string }[] {
  if (tool !== 'http.request') return [];
  const { method, url } = input as { readonly method?: string; readonly url?: string };
  return [{ step_id, what: `${method ?? 'request'} ${url ?? ''}`.trim() }];
}
