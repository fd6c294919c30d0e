import { Buffer } from 'node:buffer';
import { unlink } from 'node:fs/promises';
import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import {
  checkInside,
  decodeText,
  quotePath,
  readBytes,
  replaceFile,
  statEntry,
  withFileErrors,
} from './file-access.ts';
import { pathField } from './input-fields.ts';
import { patchText, readPatch, type FilePatch } from './patched-files.ts';

/** What becomes of one file; `content: null` deletes it. */
interface Staged {
  readonly path: string;
  readonly before: Buffer | null;
  readonly content: string | null;
  readonly mode: number | undefined;
}

/** Files by real path, as they will be: a patch may name a file twice. */
type Stage = Map<string, Staged>;

async function load(stage: Stage, real: string, path: string): Promise<Staged> {
  const known = stage.get(real);
  if (known) return known;
  const before = (await withFileErrors(path, () => statEntry(real))) ? await readBytes(real, path) : null;
  const content = before === null ? null : decodeText(before, path);
  return { path, before, content, mode: undefined };
}

async function readSource(stage: Stage, workspace: string, path: string): Promise<string> {
  const { content } = await load(stage, await resolveInWorkspace(workspace, path), path);
  if (content === null) throw new PlanError('not_found', `${quotePath(path)} is not there`);
  return content;
}

async function stageFile(stage: Stage, workspace: string, file: FilePatch): Promise<void> {
  const { from, to, keepsSource, mode } = file;
  const source = from === null ? '' : await readSource(stage, workspace, from);
  const content = patchText(source, file, (from ?? to) as string);
  if (from !== null && from !== to && !keepsSource) {
    const real = await resolveInWorkspace(workspace, from);
    stage.set(real, { ...(await load(stage, real, from)), content: null });
  }
  if (to === null) return;
  const real = await resolveInWorkspace(workspace, to);
  const target = await load(stage, real, to);
  if (from !== to && target.content !== null) {
    throw new PlanError('already_there', `${quotePath(to)} is there already, and the patch makes it`);
  }
  stage.set(real, { ...target, content, mode });
}

async function write(real: string, { path, content, mode }: Staged): Promise<void> {
  if (content !== null) await replaceFile(real, path, Buffer.from(content), { mode, createParents: true });
  else await withFileErrors(path, () => unlink(real));
}

/** Puts back what was there. New folders stay, empty. */
async function undo(real: string, { path, before }: Staged): Promise<void> {
  if (before !== null) await replaceFile(real, path, before, { createParents: true });
  else await withFileErrors(path, () => unlink(real));
}

async function writeAll(stage: Stage): Promise<void> {
  const done: (readonly [string, Staged])[] = [];
  try {
    for (const [real, staged] of stage) {
      await write(real, staged);
      done.push([real, staged]);
    }
  } catch (error) {
    for (const [real, staged] of done) await undo(real, staged);
    throw error;
  }
}

function changeOf({ before, content }: Staged): 'created' | 'changed' | 'deleted' {
  if (content === null) return 'deleted';
  return before === null ? 'created' : 'changed';
}

/** Every path that a patch names; none if it can't be read: then the call fails before it touches anything. */
function pathsIn(patch: string, path: string | undefined): readonly string[] {
  try {
    return readPatch(patch, path)
      .flatMap(({ from, to }) => [from, to])
      .filter((each) => each !== null);
  } catch {
    // `check` says what is wrong with it.
    return [];
  }
}

export const fsPatch = defineTool({
  name: 'fs.patch',
  summary: 'Apply a unified diff: all of it, or nothing',
  input: z.strictObject({
    patch: z.string().min(1),
    path: pathField.optional().describe('the one file that is meant; else the names in the patch count'),
  }),
  output: z.object({
    files: z.array(z.object({ path: z.string(), change: z.enum(['created', 'changed', 'deleted']) })),
  }),
  writes: ({ patch, path }) => [...new Set(pathsIn(patch, path))],
  preview: async ({ patch }) => patch,
  async check({ patch, path }, { workspace }) {
    readPatch(patch, path);
    await checkInside(workspace, pathsIn(patch, path));
  },
  async run({ patch, path }, { workspace }) {
    const stage: Stage = new Map();
    for (const file of readPatch(patch, path)) await stageFile(stage, workspace, file);
    const changing = new Map(
      [...stage].filter(([, { before, content }]) => before !== null || content !== null),
    );
    await writeAll(changing);
    const files = [...changing].map(([real, staged]) => ({
      path: workspaceRelative(workspace, real),
      change: changeOf(staged),
    }));
    return { files };
  },
});
