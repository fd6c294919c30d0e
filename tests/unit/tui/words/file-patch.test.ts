import { describe, expect, it } from 'vitest';
import type { FileState } from '../../../../src/domain/file-state.ts';
import { rawPathOf } from '../../../../src/domain/raw-path.ts';
import { changeLine, patchLines, verbCounts } from '../../../../src/tui/detail/patch-lines.ts';
import {
  contentsWanted,
  filePatch,
  PATCH_BYTES,
  patchText,
  verbOf,
} from '../../../../src/tui/words/file-patch.ts';
import { sizeText } from '../../../../src/tui/words/file-words.ts';
import { FakeFiles } from '../../../support/fake-rollbacks.ts';
import { read } from '../rows/views.ts';

const files = new FakeFiles();
const PATH = rawPathOf('docs/a.md');
const bytes = (what: string | Uint8Array | null): Uint8Array | null =>
  what === null ? null : Buffer.from(what);

/** The patch between two contents of a file; null: it isn't there. */
function between(before: string | Uint8Array | null, after: string | Uint8Array | null) {
  const state = (what: typeof before): FileState | null => (what === null ? null : files.state(what));
  const change = { path: PATH, before: state(before), after: state(after) };
  return filePatch(change, { before: bytes(before), after: bytes(after) });
}
const lines = (...patch: Parameters<typeof between>): readonly string[] =>
  patchLines(between(...patch)).map(read);

describe('the patch of a path', () => {
  it('Given a changed line, then it stands between the lines around it', () => {
    const patch = between('1\n2\n3\n4\n5\n6\n', '1\n2\n3\nfour\n5\n6\n');
    expect(patch).toMatchObject({ change: 'modified', added: 1, removed: 1, notes: [] });
    expect(patchText(patch)).toBe(
      '--- a/docs/a.md\n+++ b/docs/a.md\n@@ -1,6 +1,6 @@\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n',
    );
  });

  it('Given a file that came or went, then all its lines did', () => {
    expect(patchText(between(null, 'a\nb\n'))).toBe(
      '--- /dev/null\n+++ b/docs/a.md\n# mode 0644\n@@ -0,0 +1,2 @@\n+a\n+b\n',
    );
    expect(patchText(between('a\n', null))).toBe(
      '--- a/docs/a.md\n+++ /dev/null\n# mode 0644\n@@ -1,1 +0,0 @@\n-a\n',
    );
  });

  it('Given no line break at the end, then that is said', () => {
    expect(lines('a\n', 'a')).toContain('\\  No newline at end of file');
  });

  it.each<[string, string | Uint8Array, string | Uint8Array, string]>([
    ['a NUL', 'a\u0000b', 'ab', 'binary: 3 B -> 2 B'],
    [
      'bytes that are no UTF-8',
      Uint8Array.of(0xe9, 10),
      Uint8Array.of(0xe8, 10),
      'not UTF-8: shown as Latin-1',
    ],
  ])('Given %s, then that is said', (_name, before, after, note) => {
    expect(between(before, after).notes).toEqual([note]);
  });

  it('Given bytes that are no UTF-8, then those that differ look different', () => {
    expect(lines(Uint8Array.of(0xe9, 10), Uint8Array.of(0xe8, 10))).toEqual(
      expect.arrayContaining(['- é', '+ è']),
    );
  });

  it('Given files that have hardly a line in common, then the patch is right, if not the shortest', () => {
    const all = (word: string): string => Array.from({ length: 900 }, (_, at) => `${word} ${at}\n`).join('');
    const patch = between(`head\n${all('a')}tail\n`, `head\n${all('b')}tail`);
    expect(patch).toMatchObject({ added: 901, removed: 901 });
    expect(patch.hunks).toHaveLength(1);
    expect(patch.hunks[0]).toMatchObject({ oldStart: 1, oldLines: 902, newLines: 902 });
    expect(patch.hunks[0]?.lines.slice(0, 2)).toEqual([' head', '-a 0']);
    expect(patch.hunks[0]?.lines.at(-1)).toBe('\\ No newline at end of file');
  });

  const file = files.state('x');
  const mode = (mode: number): FileState => ({ ...file, mode }) as FileState;
  const link = (target: string): FileState => ({ type: 'symlink', target: rawPathOf(target) });
  const folder: FileState = { type: 'directory', mode: 0o755 };
  it.each<[FileState | null, FileState | null, string, readonly string[]]>([
    [mode(0o644), mode(0o755), 'chmod', ['mode 0644 -> 0755']],
    [folder, { ...folder, mode: 0o700 }, 'chmod', ['mode 0755 -> 0700']],
    [folder, link('a'), 'retyped', ['folder -> link']],
    [link('a'), link('b'), 'modified', ['target a -> b']],
    [null, link('ä'), 'created', ['link -> ä']],
    [null, folder, 'created', ['folder']],
    [{ type: 'special', mode: 0o600, kind: 'fifo' }, null, 'deleted', ['FIFO']],
    [
      { type: 'excluded', reason: 'rule', was: 'directory' },
      { type: 'excluded', reason: 'git', was: 'directory' },
      'modified',
      ['not held: a rule leaves it out -> not held: a git repository, left as it is'],
    ],
    [
      file,
      { type: 'file', mode: 0o644, size: PATCH_BYTES + 1, hash: 'f' },
      'modified',
      ['too large to compare here: 1 B -> 524.3 kB'],
    ],
  ])('%j to %j is %s', (before, after, verb, notes) => {
    const change = { path: PATH, before, after };
    expect(verbOf(change)).toBe(verb);
    expect(filePatch(change, { before: null, after: null })).toMatchObject({
      change: verb,
      notes,
      hunks: [],
    });
  });

  it('wants contents only where they say something', () => {
    const big: FileState = { type: 'file', mode: 0o644, size: PATCH_BYTES + 1, hash: 'f' };
    const none = { before: null, after: null };
    expect(contentsWanted({ path: PATH, before: file, after: big })).toEqual(none);
    expect(contentsWanted({ path: PATH, before: file, after: mode(0o755) })).toEqual(none);
    expect(contentsWanted({ path: PATH, before: folder, after: null })).toEqual(none);
    expect(contentsWanted({ path: PATH, before: folder, after: file })).toMatchObject({ before: null });
    expect(contentsWanted({ path: PATH, before: null, after: big }, PATCH_BYTES * 2).after).toBe('f');
  });
});

describe('a patch on the screen', () => {
  it('shows control characters, and acts on none', () => {
    expect(lines('\u001B[31mred\n', 'x\ty\n')).toEqual(
      expect.arrayContaining(['- \\x1b[31mred', '+ x       y']),
    );
    const path = rawPathOf('a\u001B[2Jb\nc');
    expect(read(changeLine({ path, before: null, after: files.state('') }))).toBe('+ a\\x1b[2Jb\\nc');
  });

  it('leaves out line ends of Windows where every line has them, and shows them where one has', () => {
    expect(lines('a\r\n', 'b\r\n')).toEqual(expect.arrayContaining(['- a', '+ b']));
    expect(lines('a\n', 'a\r\n')).toEqual(expect.arrayContaining(['- a', '+ a\\x0d']));
  });

  it('shows the beginning of a very long one', () => {
    const shown = lines(null, 'x\n'.repeat(5000));
    expect(shown).toHaveLength(2002);
    expect(shown.at(-1)).toBe('3001 more lines are not shown here');
  });

  it('is right also where only the end of a long text has come', () => {
    const head = Array.from({ length: 20 }, (_, at) => `${at}\n`).join('');
    const many = Array.from({ length: 1100 }, (_, at) => `new ${at}\n`).join('');
    const { hunks } = between(head, head + many);
    expect(hunks).toHaveLength(1);
    expect(hunks[0]).toMatchObject({ oldStart: 18, oldLines: 3, newStart: 18, newLines: 1103 });
  });

  it('counts kinds, each with its sign', () => {
    const file = files.state('x');
    expect(
      verbCounts([
        { before: null, after: file },
        { before: file, after: null },
        { before: file, after: files.state('y') },
        { before: file, after: files.state('z') },
      ]),
    ).toBe('+1 ~2 -1');
  });
});

it.each([
  [999, '999 B'],
  [1200, '1.2 kB'],
  [8_100_000, '8.1 MB'],
  [2e9, '2.0 GB'],
])('a size of %i is %s', (size, text) => {
  expect(sizeText(size)).toBe(text);
});
