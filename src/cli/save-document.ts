import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConflictError, NotFoundError } from '../domain/errors.ts';
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
  if (canConfirm(session) && (await confirm(session, `${toPrintableLine(file)} is there: overwrite it?`)))
    return { file, overwrites: true };
  throw fileExists(file);
}

/** Writes all of it or nothing. @throws ConflictError `file_exists` if one came there meanwhile */
export async function saveDocument(
  cwd: string,
  { file, overwrites }: SavePlace,
  text: string,
): Promise<void> {
  const path = resolve(cwd, file);
  // Behind a link stands what is meant.
  if (overwrites) return await replaceFile(await realpath(path), text);
  const handle = await open(path, 'wx').catch((thrown: NodeJS.ErrnoException) => {
    throw thrown.code === 'EEXIST' ? fileExists(file) : thrown;
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (thrown) {
    await rm(path);
    throw thrown;
  } finally {
    await handle.close();
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
