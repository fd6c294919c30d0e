import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { fileDiff } from '../file-diff.ts';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import { checkInside, decodeText, quotePath, readBytes, replaceFile, textAt } from './file-access.ts';
import { pathField } from './input-fields.ts';

export const fsEdit = defineTool({
  name: 'fs.edit',
  summary: 'Replace an exact text in a file',
  input: z.strictObject({
    path: pathField,
    find: z.string().min(1).describe('the text as it stands in the file, line breaks and spaces too'),
    replace: z.string(),
    all: z.boolean().default(false).describe('replace every place; else there must be exactly one'),
  }),
  output: z.object({ path: z.string(), replacements: z.number(), bytes: z.number() }),
  writes: ({ path }) => [path],
  check: ({ path }, { workspace }) => checkInside(workspace, [path]),
  preview: async ({ path, find, replace, all }, { workspace }) => {
    const before = await textAt(await resolveInWorkspace(workspace, path), path);
    if (before === undefined || before === null) return null;
    const pieces = before.split(find);
    return pieces.length === 2 || all ? fileDiff(path, before, pieces.join(replace)) : null;
  },
  async run({ path, find, replace, all }, { workspace }) {
    const real = await resolveInWorkspace(workspace, path);
    const pieces = decodeText(await readBytes(real, path), path).split(find);
    const replacements = pieces.length - 1;
    if (replacements === 0) {
      throw new PlanError('text_not_found', `the text to replace is not in ${quotePath(path)}`, {
        hint: 'it is compared exactly, line breaks and spaces too',
      });
    }
    if (replacements > 1 && !all) {
      throw new PlanError(
        'text_not_unique',
        `the text to replace is in ${quotePath(path)} ${replacements} times`,
        {
          hint: 'take in more of the lines around it, or say `all: true`',
        },
      );
    }
    const data = Buffer.from(pieces.join(replace));
    await replaceFile(real, path, data, { createParents: false });
    return { path: workspaceRelative(workspace, real), replacements, bytes: data.length };
  },
});
