import { constants } from 'node:fs';
import { cp, lstat, mkdir, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';
import { fileDiff } from '../file-diff.ts';
import { resolveEntryInWorkspace, resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import { checkInside, quotePath, requireFile, statEntry, textAt, withFileErrors } from './file-access.ts';
import { overwriteField, pathField } from './input-fields.ts';

/** Makes room for a new entry: its folder is there, and nothing is in its place that may not be replaced. */
async function prepareTarget(real: string, path: string, overwrite: boolean): Promise<void> {
  const there = await statEntry(real);
  if (!there) await mkdir(dirname(real), { recursive: true });
  if (!there || (overwrite && !there.isDirectory())) return;
  throw new PlanError('already_there', `${quotePath(path)} is there already`, {
    hint: there.isDirectory()
      ? 'a folder is never replaced: name the new path inside it'
      : 'say `overwrite: true` to replace it',
  });
}

function refuseInsideItself(from: string, to: string, path: string): void {
  if (to !== from && !to.startsWith(from + sep)) return;
  throw new PlanError('inside_itself', `${quotePath(path)} cannot go to itself or into itself`);
}

export const fsDelete = defineTool({
  name: 'fs.delete',
  summary: 'Delete a file, a link or a folder',
  input: z.strictObject({
    path: pathField,
    recursive: z.boolean().default(false).describe('delete a folder with all that is in it'),
  }),
  output: z.object({ path: z.string() }),
  writes: ({ path }) => [path],
  async check({ path }, { workspace }) {
    await resolveEntryInWorkspace(workspace, path);
  },
  preview: async ({ path }, { workspace }) => {
    const before = await textAt(await resolveEntryInWorkspace(workspace, path), path);
    return before === undefined || before === null ? null : fileDiff(path, before, null);
  },
  async run({ path, recursive }, { workspace }) {
    const entry = await resolveEntryInWorkspace(workspace, path);
    await withFileErrors(path, async () => {
      if (!(await lstat(entry)).isDirectory()) await unlink(entry);
      else if (recursive) await rm(entry, { recursive: true });
      else await rmdir(entry);
    });
    return { path: workspaceRelative(workspace, entry) };
  },
});

export const fsMove = defineTool({
  name: 'fs.move',
  summary: 'Move or rename a file, a link or a folder',
  input: z.strictObject({ from: pathField, to: pathField, overwrite: overwriteField }),
  output: z.object({ from: z.string(), to: z.string() }),
  writes: ({ from, to }) => [from, to],
  async check({ from, to }, { workspace }) {
    await resolveEntryInWorkspace(workspace, from);
    await resolveEntryInWorkspace(workspace, to);
  },
  async run({ from, to, overwrite }, { workspace }) {
    const source = await resolveEntryInWorkspace(workspace, from);
    const target = await resolveEntryInWorkspace(workspace, to);
    refuseInsideItself(source, target, from);
    await withFileErrors(from, () => lstat(source));
    await withFileErrors(to, async () => {
      await prepareTarget(target, to, overwrite);
      await rename(source, target);
    });
    return { from: workspaceRelative(workspace, source), to: workspaceRelative(workspace, target) };
  },
});

/** Pipes can't be copied, and what is in some devices never ends. */
async function refuseDevices(source: string, path: string): Promise<void> {
  const stats = await lstat(source);
  if (stats.isSymbolicLink()) return;
  if (!stats.isDirectory()) return requireFile(stats, path);
  for (const name of await readdir(source)) await refuseDevices(join(source, name), `${path}/${name}`);
}

export const fsCopy = defineTool({
  name: 'fs.copy',
  summary: 'Copy a file or a folder with all that is in it',
  input: z.strictObject({ from: pathField, to: pathField, overwrite: overwriteField }),
  output: z.object({ from: z.string(), to: z.string() }),
  writes: ({ to }) => [to],
  check: ({ from, to }, { workspace }) => checkInside(workspace, [from, to]),
  async run({ from, to, overwrite }, { workspace }) {
    const source = await resolveInWorkspace(workspace, from);
    const target = await resolveInWorkspace(workspace, to);
    refuseInsideItself(source, target, from);
    await withFileErrors(from, () => lstat(source));
    await withFileErrors(to, async () => {
      await refuseDevices(source, from);
      await prepareTarget(target, to, overwrite);
      // Links inside a folder stay links, with the text they have.
      await cp(source, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    });
    return { from: workspaceRelative(workspace, source), to: workspaceRelative(workspace, target) };
  },
});

export const fsMkdir = defineTool({
  name: 'fs.mkdir',
  summary: 'Make a folder, and those on the way to it',
  input: z.strictObject({ path: pathField }),
  output: z.object({ path: z.string(), created: z.boolean() }),
  writes: ({ path }) => [path],
  check: ({ path }, { workspace }) => checkInside(workspace, [path]),
  async run({ path }, { workspace }) {
    const real = await resolveInWorkspace(workspace, path);
    const first = await withFileErrors(path, () => mkdir(real, { recursive: true }));
    return { path: workspaceRelative(workspace, real), created: first !== undefined };
  },
});
