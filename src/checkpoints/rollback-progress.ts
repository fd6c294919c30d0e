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
  readonly then: readonly NewEvent[];
}

/** `looking`: nothing was touched yet. The rest stands in the blob store, for it can be long. */
type StoredProgress =
  | { readonly stage: 'looking'; readonly what: string }
  | { readonly stage: 'restoring'; readonly what: string; readonly ref: string };

export function lookingProgress(what: string): JsonObject {
  return { stage: 'looking', what };
}

export async function restoringProgress(
  blobs: BlobStore,
  what: string,
  progress: RollbackProgress,
): Promise<JsonObject> {
  const ref = await blobs.put(new TextEncoder().encode(JSON.stringify(progress)));
  return { stage: 'restoring', what, ref };
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
