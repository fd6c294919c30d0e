import { lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { PlanError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';

/** As many links in one path as Linux follows. */
const MAX_LINKS = 40;

const IS_MISSING = new Set(['ENOENT', 'ENOTDIR']);

function refuse(path: string, why: string, hint: string): PlanError {
  return new PlanError('outside_workspace', `the path "${toPrintableLine(path)}" ${why}`, { hint });
}

function isInside(workspace: string, path: string): boolean {
  return path === workspace || path.startsWith(workspace.endsWith(sep) ? workspace : workspace + sep);
}

/** The path without `.` and inner `..`. @throws PlanError `outside_workspace` for what can be seen without the disk */
function checkText(path: string): string {
  if (path === '') throw refuse(path, 'is empty', 'write "." for the workspace itself');
  if (path.includes('\0')) throw refuse(path, 'holds a NUL character', 'no file can have such a name');
  if (isAbsolute(path))
    throw refuse(path, 'is absolute', 'paths of file tools start at the workspace folder');
  const plain = normalize(path);
  if (plain === '..' || plain.startsWith(`..${sep}`)) {
    throw refuse(path, 'leads out of the workspace', 'file tools stay inside the workspace folder');
  }
  return plain.endsWith(sep) ? plain.slice(0, -1) : plain;
}

/** What a link points to, null if there is no link at that path (or nothing at all). */
async function readLinkAt(path: string): Promise<string | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : null;
  } catch (error) {
    if (IS_MISSING.has((error as NodeJS.ErrnoException).code as string)) return null;
    throw new PlanError('path_unusable', `the path "${toPrintableLine(path)}" cannot be used`, {
      hint: (error as Error).message,
      cause: error,
    });
  }
}

/** Follows every link on the way, one component at a time, also links to things that do not exist (yet). */
async function followLinks(start: string, path: string): Promise<string> {
  const pending = path.split(sep);
  let current = start;
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    const next = part === '..' ? dirname(current) : join(current, part);
    const target = part === '..' ? null : await readLinkAt(next);
    if (target === null) {
      current = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS)
      throw refuse(path, 'goes through links without end', 'one of them leads back to itself');
    if (isAbsolute(target)) current = sep;
    pending.unshift(...target.split(sep));
  }
  return current;
}

/**
 * The real path that `path` names, all links followed. It need not exist. Nothing but links is looked at.
 * @param workspace absolute real path
 * @param path relative to it
 * @throws PlanError `outside_workspace` for absolute paths, `..` and links that lead out, NUL; `path_unusable`
 */
export async function resolveInWorkspace(workspace: string, path: string): Promise<string> {
  const real = await followLinks(workspace, checkText(path));
  if (!isInside(workspace, real)) {
    throw refuse(path, 'leads out of the workspace through a link', `it ends at ${toPrintableLine(real)}`);
  }
  return real;
}

/**
 * The same for what happens to the entry itself, as when it is deleted or moved: a link at the end of the path is not
 * followed, but it too may not lead out.
 * @throws PlanError as `resolveInWorkspace`, and if the path is the workspace itself
 */
export async function resolveEntryInWorkspace(workspace: string, path: string): Promise<string> {
  const plain = checkText(path);
  if (plain === '.') throw refuse(path, 'is the workspace itself', 'name something inside it');
  await resolveInWorkspace(workspace, plain);
  const parent = await resolveInWorkspace(workspace, dirname(plain));
  return join(parent, plain.slice(plain.lastIndexOf(sep) + 1));
}

/** A path in the workspace as people and results see it: relative, with `/`; `.` for the workspace itself. */
export function workspaceRelative(workspace: string, path: string): string {
  return relative(workspace, path).split(sep).join('/') || '.';
}
