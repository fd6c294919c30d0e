import { StorageError, type AgentsError } from '../domain/errors.ts';
import { toStorageError } from './storage-error.ts';

const SPENT = ['SQLITE_FULL', 'ENOSPC', 'EDQUOT'];

type ObjectKind = 'blob' | 'tree';
const WORDS: Readonly<Record<ObjectKind, string>> = { blob: 'content', tree: 'folder' };

/** `code`: `blob_missing` or `tree_missing`. */
export function missingObject(kind: ObjectKind, hash: string): StorageError {
  return new StorageError(`${kind}_missing`, `stored ${WORDS[kind]} is missing: sha256:${hash}`, {
    hint: 'it was deleted, or the data folder is not the one it was written to',
  });
}

/** `code`: `blob_damaged` or `tree_damaged`. */
export function damagedObject(kind: ObjectKind, hash: string, hint: string, cause?: unknown): StorageError {
  return new StorageError(`${kind}_damaged`, `stored ${WORDS[kind]} is damaged: sha256:${hash}`, {
    hint,
    cause,
  });
}

/** As toStorageError, but a disk without room is `disk_full`: whoever captures files can go on without some. */
export function toObjectError(thrown: unknown, place: string): AgentsError {
  const code = String((thrown as { code?: unknown } | null)?.code);
  if (!SPENT.includes(code)) return toStorageError(thrown, place);
  return new StorageError('disk_full', 'there is no space left for the content of files', {
    hint: `${place}: ${(thrown as Error).message}`,
    nextSteps: ['free some space on that disk', 'agents storage gc'],
    cause: thrown,
  });
}
