import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace } from '../workspace-path.ts';
import { checkInside, decodeText, readBytes } from './file-access.ts';
import { encodingField, pathField } from './input-fields.ts';

export const fsRead = defineTool({
  name: 'fs.read',
  summary: 'Read a file',
  effect: 'read',
  input: z.strictObject({ path: pathField, encoding: encodingField }),
  output: z.object({ content: z.string(), bytes: z.number() }),
  check: ({ path }, { workspace }) => checkInside(workspace, [path]),
  async run({ path, encoding }, { workspace }) {
    const bytes = await readBytes(await resolveInWorkspace(workspace, path), path);
    return {
      content: encoding === 'utf8' ? decodeText(bytes, path) : bytes.toString('base64'),
      bytes: bytes.length,
    };
  },
});
