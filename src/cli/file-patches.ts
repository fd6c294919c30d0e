import type { FileChange, FileState } from '../domain/file-state.ts';
import type { JsonObject } from '../domain/json.ts';
import { toPathJson } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { contentsWanted, filePatch, patchText, type FilePatch } from '../tui/words/file-patch.ts';
import { modeText } from '../tui/words/file-words.ts';

/** A change with its patch; `null` counts where no text was compared. */
export interface ChangedFile {
  readonly change: FileChange;
  readonly patch: FilePatch;
  readonly isBinary: boolean;
}

/** Patches of changed paths, one after the other: contents are read as they are needed. @throws StorageError */
export async function readPatches(
  blobs: Pick<BlobStore, 'get'>,
  changes: readonly FileChange[],
): Promise<readonly ChangedFile[]> {
  const files: ChangedFile[] = [];
  for (const change of changes) {
    const wanted = contentsWanted(change);
    const read = async (hash: string | null): Promise<Uint8Array | null> =>
      hash === null ? null : await blobs.get(`sha256:${hash}`);
    const [before, after] = [await read(wanted.before), await read(wanted.after)];
    files.push({
      change,
      patch: filePatch(change, { before, after }),
      isBinary: [before, after].some((content) => content?.includes(0) === true),
    });
  }
  return files;
}

/** A changed file as `plan diff --json` gives it (docs/json.md). */
export function changedFileToJson({
  change: { path, before, after },
  patch,
  isBinary,
}: ChangedFile): JsonObject {
  const isCompared = patch.hunks.length > 0;
  return {
    ...toPathJson(path),
    change: patch.change,
    insertions: patch.added,
    deletions: patch.removed,
    binary: isBinary,
    type_before: before?.type ?? null,
    type_after: after?.type ?? null,
    mode_before: modeOf(before),
    mode_after: modeOf(after),
    notes: patch.notes,
    patch: isCompared ? patchText(patch) : null,
  };
}

/** As people write it: `0644`; null where a mode means nothing. */
export function modeOf(state: FileState | null): string | null {
  return state !== null && 'mode' in state ? modeText(state.mode) : null;
}
