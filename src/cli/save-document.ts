import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConflictError, NotFoundError, WorkspaceError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { canConfirm, confirm } from './confirm.ts';
import type { Session } from './session.ts';

/** Where a document is to be written. */
export interface SavePlace {
  /** As typed. */
  readonly file: string;
  /** A person agreed that what stands there goes. */
  readonly overwrites: boolean;
}

/**
 * Looks whether a document can be written to a file, before anything is done for it. A person is asked where one is there already.
 * @throws ConflictError `file_exists`, NotFoundError if its folder isn't there
 */
export async function findSavePlace(session: Session, file: string): Promise<SavePlace> {
  const path = resolve(session.io.cwd, file);
  if (!(await isThere(dirname(path)))) {
    throw new NotFoundError('folder_not_found', `there is no folder for ${file}`, {
      nextSteps: [`mkdir -p ${dirname(file)}`],
    });
  }
  if (!(await isThere(path))) return { file, overwrites: false };
  const isFile = (await stat(path)).isFile();
  if (
    isFile &&
    canConfirm(session) &&
    (await confirm(session, `${toPrintableLine(file)} is there: overwrite it?`))
  )
    return { file, overwrites: true };
  throw fileExists(file);
}

/**
 * Writes all of it or nothing.
 * @throws ConflictError `file_exists` if one came there meanwhile; WorkspaceError `not_saved`
 */
export async function saveDocument(
  cwd: string,
  { file, overwrites }: SavePlace,
  text: string,
): Promise<void> {
  const path = resolve(cwd, file);
  try {
    // Behind a link stands what is meant.
    if (overwrites) await replaceFile(await realpath(path), text);
    else await writeNew(path, text);
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw fileExists(file);
    throw new WorkspaceError('not_saved', `${file} can't be written`, { hint: message, cause: thrown });
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  await using handle = await open(path, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (thrown) {
    await rm(path);
    throw thrown;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.agents-${process.pid}`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

const fileExists = (file: string): ConflictError =>
  new ConflictError('file_exists', `${file} is there already`, {
    hint: 'it is not overwritten unasked',
    nextSteps: ['name another file with --save'],
  });
