import { AgentsError, StorageError, WorkspaceError, type ErrorDetails } from '../domain/errors.ts';
import { textOfPath, type RawPath } from '../domain/raw-path.ts';
import { errnoOf } from './file-stat.ts';

const CAUSES: ReadonlyMap<string, { readonly code: string; readonly why: string }> = new Map([
  ['ENOSPC', { code: 'workspace_full', why: 'no room is left on its disk' }],
  ['EDQUOT', { code: 'workspace_full', why: 'the disk quota is used up' }],
  ['EACCES', { code: 'workspace_denied', why: 'permission denied' }],
  ['EPERM', { code: 'workspace_denied', why: 'the operation is not permitted' }],
  ['EROFS', { code: 'workspace_read_only', why: 'its file system is read-only' }],
]);
const WAYS_ON = ['agents plan rollback --continue', 'agents plan rollback --abort'];

/** Why a restore stopped, at which path, what is done so far and how it goes on. */
export function restoreFailure(error: unknown, path: RawPath, done: number, total: number): AgentsError {
  const place = path === '' ? 'The workspace' : `"${textOfPath(path)}"`;
  const details: ErrorDetails = {
    hint: `${String(done)} of ${String(total)} paths are as wanted, the others are still to do. Nothing is lost.`,
    nextSteps: WAYS_ON,
    cause: error,
  };
  if (error instanceof AgentsError) {
    const again = error instanceof StorageError ? StorageError : WorkspaceError;
    return new again(error.code, `${place} could not be restored: ${error.message}`, details);
  }
  const known = CAUSES.get(errnoOf(error) ?? '');
  const why = known?.why ?? (error instanceof Error ? error.message : String(error));
  return new WorkspaceError(
    known?.code ?? 'restore_failed',
    `${place} could not be restored: ${why}`,
    details,
  );
}

export function restoreStopped(done: number, total: number): WorkspaceError {
  return new WorkspaceError(
    'restore_stopped',
    'The files were not restored to the end: it was asked to stop',
    {
      hint: `${String(done)} of ${String(total)} paths are as wanted, the others are still to do. Nothing is lost.`,
      nextSteps: WAYS_ON,
    },
  );
}
