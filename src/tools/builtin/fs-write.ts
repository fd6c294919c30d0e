import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { fileDiff } from '../file-diff.ts';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import { checkInside, replaceFile, textAt } from './file-access.ts';
import { encodingField, modeField, pathField } from './input-fields.ts';

export const fsWrite = defineTool({
  name: 'fs.write',
  summary: 'Write a file, whole or not at all',
  input: z.strictObject({
    path: pathField,
    content: z.string(),
    encoding: encodingField,
    mode: modeField.optional(),
    create_parents: z.boolean().default(true).describe('make missing folders on the way'),
  }),
  output: z.object({ path: z.string(), bytes: z.number(), created: z.boolean() }),
  writes: ({ path }) => [path],
  check: ({ path }, { workspace }) => checkInside(workspace, [path]),
  preview: async ({ path, content, encoding }, { workspace }) => {
    const before = await textAt(await resolveInWorkspace(workspace, path), path);
    return before === undefined || encoding !== 'utf8' ? null : fileDiff(path, before, content);
  },
  async run({ path, content, encoding, mode, create_parents }, { workspace }) {
    const real = await resolveInWorkspace(workspace, path);
    const data = Buffer.from(content, encoding);
    const created = await replaceFile(real, path, data, {
      mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
      createParents: create_parents,
    });
    return { path: workspaceRelative(workspace, real), bytes: data.length, created };
  },
});
