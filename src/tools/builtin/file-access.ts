import { constants } from 'node:fs';
import { access, lstat, mkdir, readFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { AgentsError, PlanError } from '../../domain/errors.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { resolveInWorkspace } from '../workspace-path.ts';

/** Larger files are not read into a plan. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

const REASONS: Readonly<Record<string, readonly [code: string, what: string]>> = {
  ENOENT: ['not_found', 'is not there'],
  EEXIST: ['already_there', 'is there already'],
  ENOTEMPTY: ['not_empty', 'is a folder that is not empty'],
  EISDIR: ['not_a_file', 'is a folder'],
  ENOTDIR: ['not_a_folder', 'goes through something that is not a folder'],
  EACCES: ['permission_denied', 'may not be used by this user'],
  EPERM: ['permission_denied', 'may not be used by this user'],
  ENOSPC: ['disk_full', 'did not fit on the disk'],
};

/** `"notes/a.md"`, safe to print. */
export function quotePath(path: string): string {
  return `"${toPrintableLine(path)}"`;
}

/** Runs file work and says in words what the system says in codes. @throws PlanError */
export async function withFileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AgentsError) throw error;
    const [code, what] = REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? [
      'file_failed',
      'could not be used',
    ];
    throw new PlanError(code, `${quotePath(path)} ${what}`, { hint: (error as Error).message, cause: error });
  }
}

/** What is at a real path, links not followed; null if nothing. */
export async function statEntry(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** For `check`: refuses paths outside of the workspace before anything is touched. */
export async function checkInside(workspace: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await resolveInWorkspace(workspace, path);
}

/** @throws PlanError `not_a_file` for folders, pipes, devices */
export function requireFile(stats: Stats, path: string): void {
  if (stats.isFile()) return;
  throw new PlanError(
    'not_a_file',
    `${quotePath(path)} is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}`,
  );
}

/** The content of a regular file: pipes and devices are never opened, they could block or never end. */
export async function readBytes(real: string, path: string): Promise<Buffer> {
  return await withFileErrors(path, async () => {
    const stats = await lstat(real);
    requireFile(stats, path);
    if (stats.size > MAX_FILE_BYTES) {
      throw new PlanError('file_too_large', `${quotePath(path)} is too large: ${stats.size} bytes`, {
        hint: `a step reads files up to ${MAX_FILE_BYTES} bytes; a command can work on larger ones`,
      });
    }
    return await readFile(real);
  });
}

/** The text of a file for people to look at; null: nothing is there; undefined: it is no text that can be shown. */
export async function textAt(real: string, path: string): Promise<string | null | undefined> {
  if ((await statEntry(real)) === null) return null;
  try {
    return decodeText(await readBytes(real, path), path);
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

/** Exactly, or not at all: a text that lost bytes must not be written back. */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new PlanError('not_text', `${quotePath(path)} is not text in UTF-8`, {
      hint: 'fs.read and fs.write take `encoding: base64` for other content',
      cause: error,
    });
  }
}

export interface WriteOptions {
  /** Permission bits; absent: as the file has them, or as new files get them. */
  readonly mode?: number | undefined;
  readonly createParents: boolean;
}

/**
 * Puts new content in a file's place, whole and durably or not at all.
 * @returns whether the file was not there before
 */
export async function replaceFile(
  real: string,
  path: string,
  data: Buffer,
  options: WriteOptions,
): Promise<boolean> {
  return await withFileErrors(path, async () => {
    const before = await statEntry(real);
    if (before) {
      requireFile(before, path);
      // A rename would get around the permissions of the file itself.
      await access(real, constants.W_OK);
    } else if (options.createParents) {
      await mkdir(dirname(real), { recursive: true });
    }
    await writeFileAtomic(real, data, options.mode === undefined ? {} : { mode: options.mode });
    return before === null;
  });
}
