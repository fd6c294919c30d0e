import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownPrograms } from '../../../src/cli/own-programs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agents-programs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const programs = (env: Readonly<Record<string, string>>): ReturnType<typeof ownPrograms> =>
  ownPrograms({ cwd: folder, env: { PATH: process.env['PATH'], OUT: join(folder, 'out'), ...env } });
const said = (): string => readFileSync(join(folder, 'out'), 'utf8');

it('Given $PAGER with options, then it gets the text in a file of its own, which is gone afterwards', async () => {
  await programs({ PAGER: 'f() { cat "$1" > "$OUT"; echo "$1" >> "$OUT"; }; f' }).page('all of it\n');
  const [text, file] = said().split('\n');
  expect(text).toBe('all of it');
  expect(() => readFileSync(file as string)).toThrow('ENOENT');
});

it.each([
  ['VISUAL', { VISUAL: 'cp -f "$IN" "$OUT"; true', EDITOR: 'false' }],
  ['EDITOR', { EDITOR: 'cp -f "$IN" "$OUT"; true' }],
])('Given $%s, then files are edited with it', async (_, env) => {
  writeFileSync(join(folder, 'a b.txt'), 'words\n');
  await programs({ ...env, IN: join(folder, 'a b.txt') }).edit(join(folder, 'a b.txt'));
  expect(said()).toBe('words\n');
});

it('Given a file, then the pager shows it; what is no file is not shown', async () => {
  writeFileSync(join(folder, 'a b.txt'), 'words\n');
  const { view, edit } = programs({ PAGER: 'f() { cp "$1" "$OUT"; }; f' });
  await view(join(folder, 'a b.txt'));
  expect(said()).toBe('words\n');
  await expect(view(join(folder, 'gone'))).rejects.toMatchObject({ code: 'file_not_found' });
  await expect(edit(folder)).rejects.toMatchObject({ code: 'file_not_found' });
});

it('Given programs that are not there, then it says which; vi and less where nothing is set', async () => {
  writeFileSync(join(folder, 'a'), '');
  await expect(programs({ PAGER: 'no-such-pager' }).page('x')).rejects.toThrow('no program no-such-pager');
  const nowhere = { ...programs({ PATH: '/nowhere' }) };
  await expect(nowhere.page('x')).rejects.toThrow(/less|sh/);
  await expect(nowhere.edit(join(folder, 'a'))).rejects.toThrow(/vi|sh/);
});
