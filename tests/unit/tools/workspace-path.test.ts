import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  resolveEntryInWorkspace,
  resolveInWorkspace,
  workspaceRelative,
} from '../../../src/tools/workspace-path.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'agents-paths-')));
const ws = join(base, 'ws');

beforeAll(() => {
  mkdirSync(join(ws, 'dir', 'deep'), { recursive: true });
  mkdirSync(join(base, 'out'));
  mkdirSync(join(base, 'ws-neighbour'));
  writeFileSync(join(ws, 'file'), 'inside');
  writeFileSync(join(base, 'out', 'secret'), 'outside');
  const links: readonly (readonly [string, string])[] = [
    ['to-file-out', join(base, 'out', 'secret')],
    ['to-dir-out', '../out'],
    ['to-missing-out', '../out/not-yet'],
    ['to-neighbour', '../ws-neighbour'],
    ['to-root', '/'],
    ['chain', 'chain-2'],
    ['chain-2', 'to-dir-out'],
    ['loop', 'loop-2'],
    ['loop-2', 'loop'],
    ['dir/up-and-out', '../../out'],
    ['to-file', 'file'],
    ['to-dir', 'dir'],
    ['to-missing', 'dir/not-yet'],
    ['absolute-in', join(ws, 'dir')],
    ['out-and-in', '../ws/dir'],
    ['out-missing-and-in', '../nowhere/../ws/dir'],
  ];
  for (const [name, target] of links) symlinkSync(target, join(ws, name));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('Given paths that lead out', () => {
  it.each([
    ['empty', '', 'is empty'],
    ['absolute', '/etc/passwd', 'is absolute'],
    ['absolute into the workspace', join(ws, 'file'), 'is absolute'],
    ['parent', '..', 'leads out'],
    ['parent and back', '../ws/file', 'leads out'],
    ['up from below', 'dir/../../out/secret', 'leads out'],
    ['up from what is not there', 'no/../../x', 'leads out'],
    ['NUL', 'file\0.txt', 'holds a NUL'],
    ['NUL behind a way out', '../x\0', 'holds a NUL'],
    ['link to a file outside', 'to-file-out', 'through a link'],
    ['link to a folder outside', 'to-dir-out', 'through a link'],
    ['below such a link', 'to-dir-out/secret', 'through a link'],
    ['new file below such a link', 'to-dir-out/new/deep', 'through a link'],
    ['link to what is not there, outside', 'to-missing-out', 'through a link'],
    ['a folder whose name begins the same', 'to-neighbour/x', 'through a link'],
    ['the root', 'to-root', 'through a link'],
    ['down from the root', 'to-root/etc/passwd', 'through a link'],
    ['links behind links', 'chain/secret', 'through a link'],
    ['link in a folder', 'dir/up-and-out', 'through a link'],
    ['through a link inside', 'to-dir/up-and-out/secret', 'through a link'],
    ['loop', 'loop', 'without end'],
    ['below a loop', 'loop/x', 'without end'],
  ])('When it is %s, then it is refused in words', async (_, path, why) => {
    const refusal = expect.objectContaining({
      code: 'outside_workspace',
      exitCode: 1,
      message: expect.stringContaining(why),
      hint: expect.any(String),
    });
    await expect(resolveInWorkspace(ws, path)).rejects.toThrow(refusal);
    await expect(resolveEntryInWorkspace(ws, path)).rejects.toThrow(refusal);
  });

  it('When the name holds control characters, then the message shows them', async () => {
    await expect(resolveInWorkspace(ws, '../\u001b[31mred\n')).rejects.toThrow(
      'the path "../\\x1b[31mred\\n" leads out',
    );
  });

  it('When a name is longer than the system takes, then it says so', async () => {
    await expect(resolveInWorkspace(ws, 'x'.repeat(300))).rejects.toThrow(
      expect.objectContaining({ code: 'path_unusable', hint: expect.stringContaining('ENAMETOOLONG') }),
    );
  });
});

describe('Given paths that stay inside', () => {
  it.each([
    ['the workspace', '.', '.'],
    ['a file', 'file', 'file'],
    ['a file that is not there', 'no/such/file', 'no/such/file'],
    ['below a file', 'file/x', 'file/x'],
    ['dots that cancel out', 'dir/./deep/../../file', 'file'],
    ['a slash at the end', 'dir/deep//', 'dir/deep'],
    ['a name that begins with dots', '..file', '..file'],
    ['a line break', 'a\nb', 'a\nb'],
    ['spaces and signs', ' $(rm) ;', ' $(rm) ;'],
    ['a backslash', '..\\x', '..\\x'],
    ['a tilde', '~/x', '~/x'],
    ['link to a file', 'to-file', 'file'],
    ['below a link', 'to-dir/deep', 'dir/deep'],
    ['link to what is not there', 'to-missing', 'dir/not-yet'],
    ['link with an absolute target inside', 'absolute-in/deep', 'dir/deep'],
    ['link that goes out and comes back', 'out-and-in/deep', 'dir/deep'],
    ['the same over what is not there', 'out-missing-and-in', 'dir'],
  ])('When it is %s, then the real path is given', async (_, path, expected) => {
    const real = await resolveInWorkspace(ws, path);
    expect(real).toBe(join(ws, expected));
    expect(workspaceRelative(ws, real)).toBe(expected);
  });

  it.each([
    ['a link is meant itself', 'to-file', 'to-file'],
    ['only the last link is', 'to-dir/deep', 'dir/deep'],
    ['a link with a slash behind it', 'to-dir/', 'to-dir'],
    ['a new entry', 'dir/new', 'dir/new'],
  ])('When %s, then its entry is given', async (_, path, expected) => {
    expect(await resolveEntryInWorkspace(ws, path)).toBe(join(ws, expected));
  });

  it.each(['.', './', 'dir/..'])(
    'When the entry is the workspace itself (%s), then it is refused',
    async (path) => {
      await expect(resolveEntryInWorkspace(ws, path)).rejects.toThrow('is the workspace itself');
    },
  );

  it('When the workspace is the root, then everything is inside', async () => {
    expect(await resolveInWorkspace('/', 'etc')).toBe('/etc');
  });
});
