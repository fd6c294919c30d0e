import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryFile } from '../../../src/host/history-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agents-history-'));
  path = join(folder, 'home/history');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string | Buffer): void => {
  mkdirSync(join(folder, 'home'));
  writeFileSync(path, text);
};

describe('the history file', () => {
  it('Given two shells, then both have the lines of both, and only the owner reads them', async () => {
    const [one, two] = [new HistoryFile(path), new HistoryFile(path)];
    expect(await one.read()).toEqual([]);
    await one.add('list');
    await two.add('tree last');
    await two.add('tree last');
    await one.add('list');
    expect(await two.read()).toEqual(['list', 'tree last', 'list']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('Given many lines, then the newest 500 are there, and the file stays small', async () => {
    write(Array.from({ length: 1000 }, (_, at) => `line ${at}\n`).join(''));
    const file = new HistoryFile(path);
    expect((await file.read()).length).toBe(500);
    await file.add('newest');
    expect((await file.read()).at(-1)).toBe('newest');
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(501);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('Given the last line was cut off, then the next one still stands alone', async () => {
    write('list\ntre');
    const file = new HistoryFile(path);
    await file.add('errors');
    expect(await file.read()).toEqual(['list', 'tre', 'errors']);
  });

  it.each([
    ['bytes that are no text', Buffer.from([0, 255, 254, 10, 27, 91, 10])],
    ['lines with control sequences', '\u001B]52;c;x\u0007\nlist\u0000\n'],
    ['a line that nobody typed', `${'x'.repeat(3000)}\n`],
    ['far too much', 'x\n'.repeat(5_000_000)],
  ])('Given %s, then they are ignored, and what comes is kept', async (_name, text) => {
    write(text);
    const file = new HistoryFile(path);
    expect(await file.read()).toEqual([]);
    await file.add('list');
    expect(await file.read()).toEqual(['list']);
  });

  it('Given a folder in its place, then it is empty, and adding says why not', async () => {
    mkdirSync(path, { recursive: true });
    const file = new HistoryFile(path);
    expect(await file.read()).toEqual([]);
    await expect(file.add('list')).rejects.toThrow(/EISDIR|directory/);
  });

  it('Given what is no line, then it is not kept', async () => {
    const file = new HistoryFile(path);
    await file.add('a\u001B[2J');
    await file.add(' ');
    expect(await file.read()).toEqual([]);
  });
});
