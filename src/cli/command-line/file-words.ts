import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Word } from '../../ports/plan-words.ts';

/** Names of files and folders that begin with what was typed; a folder ends in a slash. Hidden ones only if asked for. */
export async function fileWords(
  typed: string,
  cwd: string,
  kind: 'files' | 'folders',
): Promise<readonly Word[]> {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const begun = typed.slice(folder.length);
  const entries = await readdir(resolve(cwd, folder === '' ? '.' : folder), { withFileTypes: true });
  return entries
    .filter(({ name }) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')))
    .filter((entry) => kind === 'files' || entry.isDirectory())
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort()
    .map((value) => ({ value, about: '' }));
}
