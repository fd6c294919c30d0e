import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AgentsError, StorageError, type ErrorDetails } from '../domain/errors.ts';

type Fault = readonly [code: string, what: string, nextSteps: readonly string[]];

const SQLITE_FAULTS: readonly (readonly [prefix: string, fault: Fault])[] = [
  ['SQLITE_BUSY', ['database_busy', 'the database is held by another process', ['try again in a moment']]],
  ['SQLITE_LOCKED', ['database_busy', 'the database is held by another process', ['try again in a moment']]],
  [
    'SQLITE_FULL',
    ['database_full', 'there is no space left for the database', ['free some space on that disk']],
  ],
  // What its processes share about the database has to stand on the disk too.
  [
    'SQLITE_IOERR_SHMSIZE',
    ['database_full', 'there is no space left for the database', ['free some space on that disk']],
  ],
  ['SQLITE_READONLY', ['database_readonly', 'the database may not be written', ['agents doctor']]],
  ['SQLITE_CORRUPT', ['database_damaged', 'the database is damaged', ['put back a copy of the file']]],
  [
    'SQLITE_NOTADB',
    ['database_damaged', 'the file is no database', ['move it away, or set AGENTS_HOME to another folder']],
  ],
  ['SQLITE_CANTOPEN', ['database_unreachable', 'the database cannot be opened', ['agents doctor']]],
  [
    'SQLITE_IOERR',
    ['database_unreachable', 'the disk refused to read or write the database', ['check the disk']],
  ],
  // Such as a table that is not there: our statements are right, so what the file defines is not.
  ['SQLITE_ERROR', ['database_failed', 'the database refused', ['agents storage verify']]],
];

const FILE_FAULTS: Readonly<Record<string, Fault>> = {
  ENOSPC: ['database_full', 'there is no space left for the data folder', ['free some space on that disk']],
  EDQUOT: ['database_full', 'your disk quota is used up', ['free some space on that disk']],
  EROFS: [
    'database_readonly',
    'the data folder is on a read-only disk',
    ['set AGENTS_HOME to another folder'],
  ],
  // What to do depends on whose it is, and where it stands.
  EACCES: ['database_unreachable', 'the data folder may not be used', ['agents doctor']],
  EPERM: ['database_unreachable', 'the data folder may not be used', ['agents doctor']],
  ENOENT: [
    'database_unreachable',
    'the data folder could not be made',
    ['set AGENTS_HOME to another folder'],
  ],
  ENOTDIR: ['database_unreachable', 'the data folder is no folder', ['set AGENTS_HOME to another folder']],
  EEXIST: ['database_unreachable', 'the data folder is no folder', ['set AGENTS_HOME to another folder']],
  EISDIR: [
    'database_unreachable',
    'the database is a folder',
    ['move it away, or set AGENTS_HOME to another folder'],
  ],
  ELOOP: [
    'database_unreachable',
    'the data folder is a link that leads to itself',
    ['remove it, or set AGENTS_HOME to another folder'],
  ],
};

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** True if another connection was in the way: worth another try. */
export function isBusy(thrown: unknown): boolean {
  return codeOf(thrown).startsWith('SQLITE_BUSY');
}

/** Less than this and SQLite can't even make the file that its processes share. */
const NO_ROOM_BYTES = 64 * 1024;

/** What the file system has against it, where SQLite says only that it couldn't; empty if nothing. */
function refusalOf(file: string, code: string): string {
  if (!/^SQLITE_(?:CANTOPEN|READONLY|IOERR)/.test(code)) return '';
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return 'EISDIR';
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < NO_ROOM_BYTES ? 'ENOSPC' : '';
  } catch (thrown) {
    return codeOf(thrown);
  }
}

/** What a person can do something with, from anything that the database or the file system threw. */
export function toStorageError(thrown: unknown, file: string): AgentsError {
  if (thrown instanceof AgentsError) return thrown;
  const code = codeOf(thrown);
  const fault =
    FILE_FAULTS[refusalOf(file, code)] ??
    SQLITE_FAULTS.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    FILE_FAULTS[code];
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const details: ErrorDetails = { hint: `${file}: ${reason}`, cause: thrown };
  if (!fault) return new StorageError('database_failed', 'the database refused', details);
  return new StorageError(fault[0], fault[1], { ...details, nextSteps: fault[2] });
}
