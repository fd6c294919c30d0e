import type { CheckpointId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import type { RestoreAction } from '../domain/plan-restore.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { RollbackPreview } from '../ports/rollback-control.ts';

/**
 * What an operation keeps of itself: enough for another process to end it or to undo it. Stored before the first file is
 * touched. A request is symmetrical (restore-paths.ts), so nothing more has to be kept while it works.
 */
export interface RollbackProgress {
  readonly preview: RollbackPreview;
  readonly actions: readonly RestoreAction[];
  /** The place whose state the plan goes back to, see prepare-rollback.ts. */
  readonly state: { readonly seq: number; readonly isExact: boolean } | null;
  readonly preRollbackId: CheckpointId;
  /** The files before it. */
  readonly treeBefore: string | null;
  /** What is recorded after the rollback itself, in the same transaction. */
  readonly afterwards: readonly NewEvent[];
}

/** `looking`: nothing was touched yet. The rest stands in the blob store, for it can be long. */
type StoredProgress =
  | { readonly stage: 'looking'; readonly what: string; readonly lastSign?: number }
  | {
      readonly stage: 'restoring';
      readonly what: string;
      readonly ref: string;
      /** Named here, so that none of them is deleted before the operation has ended. */
      readonly checkpoints: readonly CheckpointId[];
    };

/** @param lastSign of a recovery, see recover-writes.ts: what it learned by ending tools that can't be learned again */
export function lookingProgress(what: string, lastSign?: number): JsonObject {
  return { stage: 'looking', what, ...(lastSign === undefined ? {} : { lastSign }) };
}

/** 0 if it isn't kept. */
export function lastSignOf(stored: Json): number {
  const progress = stored as unknown as StoredProgress;
  return progress.stage === 'looking' ? (progress.lastSign ?? 0) : 0;
}

export async function restoringProgress(
  blobs: BlobStore,
  what: string,
  progress: RollbackProgress,
): Promise<JsonObject> {
  const ref = await blobs.put(new TextEncoder().encode(JSON.stringify(progress)));
  const { checkpointId } = progress.preview.target;
  const checkpoints = [...(checkpointId === null ? [] : [checkpointId]), progress.preRollbackId];
  return { stage: 'restoring', what, ref, checkpoints };
}

/** null: it never came to touching a file. @throws StorageError */
export async function readProgress(blobs: BlobStore, stored: Json): Promise<RollbackProgress | null> {
  const progress = stored as unknown as StoredProgress;
  if (progress.stage === 'looking') return null;
  return JSON.parse(new TextDecoder().decode(await blobs.get(progress.ref))) as RollbackProgress;
}

/** In words, as it was begun. */
export function whatOf(stored: Json): string {
  return (stored as unknown as StoredProgress).what;
}
