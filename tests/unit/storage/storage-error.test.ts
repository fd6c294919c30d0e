import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConflictError } from '../../../src/domain/errors.ts';
import { isBusy, toStorageError } from '../../../src/storage/storage-error.ts';

/** In a folder that may be written. */
const FILE = join(tmpdir(), 'agents.db');
const thrown = (code: string): Error => Object.assign(new Error('said the system'), { code });

describe('toStorageError', () => {
  it.each([
    ['SQLITE_BUSY', 'database_busy'],
    ['SQLITE_BUSY_SNAPSHOT', 'database_busy'],
    ['SQLITE_LOCKED', 'database_busy'],
    ['SQLITE_FULL', 'database_full'],
    ['SQLITE_READONLY_DBMOVED', 'database_readonly'],
    ['SQLITE_CORRUPT', 'database_damaged'],
    ['SQLITE_NOTADB', 'database_damaged'],
    ['SQLITE_CANTOPEN_ISDIR', 'database_unreachable'],
    ['SQLITE_IOERR_WRITE', 'database_unreachable'],
    ['SQLITE_IOERR_SHMSIZE', 'database_full'],
    ['SQLITE_ERROR', 'database_failed'],
    ['ENOSPC', 'database_full'],
    ['EDQUOT', 'database_full'],
    ['EROFS', 'database_readonly'],
    ['EACCES', 'database_unreachable'],
    ['EPERM', 'database_unreachable'],
    ['ENOTDIR', 'database_unreachable'],
    ['EISDIR', 'database_unreachable'],
    ['ELOOP', 'database_unreachable'],
  ])('Given %s, When it is told, Then it is %s, with the file, the reason and what to do', (code, wanted) => {
    const cause = thrown(code);
    const error = toStorageError(cause, FILE);
    expect(error).toMatchObject({
      code: wanted,
      exitCode: 7,
      hint: `${FILE}: said the system`,
      cause,
    });
    expect(error.nextSteps).toHaveLength(1);
  });

  it('Given its folder is gone, When SQLite can only say that it could not, Then that is told', () => {
    const error = toStorageError(thrown('SQLITE_CANTOPEN'), join(tmpdir(), 'no such folder', 'agents.db'));
    expect(error).toMatchObject({
      code: 'database_unreachable',
      message: 'the data folder could not be made',
    });
  });

  it.each(['SQLITE_CANTOPEN', 'SQLITE_IOERR_READ'])(
    'Given a folder in its place, When SQLite says %s, Then that is told',
    (code) => {
      expect(toStorageError(thrown(code), tmpdir())).toMatchObject({
        code: 'database_unreachable',
        message: 'the database is a folder',
        nextSteps: ['move it away, or set AGENTS_HOME to another folder'],
      });
    },
  );

  it.each(['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'EACCES', 'EPERM'])(
    'Given %s, When it is told, Then the doctor says what to do: it depends on whose it is',
    (code) => {
      expect(toStorageError(thrown(code), FILE).nextSteps).toEqual(['agents doctor']);
    },
  );

  it.each([thrown('SQLITE_ERROR'), new Error('plain'), 'a text', null])(
    'Given %s, When it is told, Then it is database_failed',
    (cause) => {
      expect(toStorageError(cause, 'f')).toMatchObject({ code: 'database_failed', exitCode: 7 });
    },
  );

  it('Given an error of ours, When it is told, Then it stays', () => {
    const ours = new ConflictError('lease_lost', 'gone');
    expect(toStorageError(ours, 'f')).toBe(ours);
  });

  it.each([
    [thrown('SQLITE_BUSY'), true],
    [thrown('SQLITE_LOCKED'), false],
    [new Error('busy'), false],
    [null, false],
  ])('Given %s, When asked whether to try again, Then %s', (error, busy) => {
    expect(isBusy(error)).toBe(busy);
  });
});
