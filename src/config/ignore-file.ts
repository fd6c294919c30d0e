import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ABSENT, stampOf } from './config-stamp.ts';

/** `.agentsignore` of a workspace: what is not captured, in the syntax of .gitignore. */
export interface IgnoreFile {
  readonly path: string;
  /** Changes whenever the file does; taken before it was read. */
  readonly stamp: string;
  /** '' without one. */
  readonly text: string;
}

/** What is not captured, as a setting among the others: it follows the same rules when a step changes it. */
export const IGNORE_KEY = '.agentsignore';

/** A file that can't be read keeps nothing out: then more is captured, never less. */
export async function readIgnoreFile(workspace: string): Promise<IgnoreFile> {
  const path = join(workspace, IGNORE_KEY);
  const stamp = stampOf(path);
  const text = stamp === ABSENT ? '' : await readFile(path, 'utf8').catch(() => '');
  return { path, stamp, text };
}
