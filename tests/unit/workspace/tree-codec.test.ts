import { describe, expect, it } from 'vitest';
import {
  childrenOf,
  decodeTree,
  encodeTree,
  hashOfTree,
  type NamedEntry,
} from '../../../src/workspace/tree-codec.ts';

const hash = 'ab'.repeat(32);

const ENTRIES: readonly NamedEntry[] = [
  { name: '\n', entry: { type: 'file', mode: 0o4755, size: 12, hash } },
  { name: ' two  spaces ', entry: { type: 'directory', mode: 0o1777, hash } },
  { name: '"quoted"', entry: { type: 'symlink', target: '../a b\n\xff' } },
  { name: '-rf', entry: { type: 'special', mode: 0o600, kind: 'fifo' } },
  { name: 'big', entry: { type: 'file', mode: 0, size: 2 ** 40, hash } },
  { name: 'e\xcc\x81', entry: { type: 'excluded', reason: 'file_limit', was: 'file' } },
  { name: 'l', entry: { type: 'symlink', target: 'l x' } },
  { name: '\xc3\xa9', entry: { type: 'excluded', reason: 'rule', was: 'directory' } },
  { name: '\xff\xfe', entry: { type: 'file', mode: 0o644, size: 0, hash } },
];

describe('the canonical bytes of a folder', () => {
  it('come back as the entries that they were made of', () => {
    expect(decodeTree(encodeTree(ENTRIES))).toEqual(ENTRIES);
  });

  it('are what docs/format.md says', () => {
    const some = ENTRIES.filter(({ name }) =>
      ['-rf', 'big', 'l', '\xc3\xa9', ' two  spaces '].includes(name),
    );
    expect(encodeTree(some).toString('latin1')).toBe(
      `tree 1\nd 1777 ${hash}  two  spaces \0s 0600 fifo -rf\0f 0000 1099511627776 ${hash} big\0` +
        'l l\0l x\0x rule directory \xc3\xa9\0',
    );
  });

  it('never change: a released hash stays', () => {
    expect(hashOfTree(encodeTree([]))).toBe(hashOfTree(Buffer.from('tree 1\n')));
    expect(hashOfTree(encodeTree(ENTRIES))).toMatchInlineSnapshot(
      `"da0ad144b9dddd6171306f1f9b15eddd87770a03bf2ec519399b745dec21d160"`,
    );
  });

  it('say what they refer to', () => {
    const entries: NamedEntry[] = [
      { name: 'a', entry: { type: 'file', mode: 0o644, size: 1, hash: '11'.repeat(32) } },
      { name: 'b', entry: { type: 'directory', mode: 0o755, hash: '22'.repeat(32) } },
      { name: 'c', entry: { type: 'symlink', target: 'a' } },
    ];
    expect(childrenOf(encodeTree(entries))).toEqual({
      trees: ['22'.repeat(32)],
      contents: ['11'.repeat(32)],
    });
  });

  it.each(['..', '.', '', '../evil', 'a/b', '/abs'])(
    'refuse the name %j, which no folder of ours holds',
    (name) => {
      for (const { entry } of ENTRIES) {
        const encoded = encodeTree([{ name, entry }]);
        expect(() => decodeTree(encoded)).toThrow(expect.objectContaining({ code: 'tree_damaged' }));
      }
    },
  );

  // Somebody's own hand can have written them, and their hash too: to read them may not go round for ever.
  it.each([
    ['a file', `f 0644 0 ${hash} a\0`, `f 0644 0 ${hash} b`],
    ['a link without a target', `f 0644 0 ${hash} a\0`, 'l b\0'],
    ['a link’s target', `f 0644 0 ${hash} a\0`, 'l b\0target'],
    ['a link’s name', `f 0644 0 ${hash} a\0`, 'l link'],
    ['the only entry', '', 'l link'],
    ['a folder', '', `d 0755 ${hash} b`],
  ])('refuse bytes that end in the middle of %s', (_what, before, last) => {
    const encoded = Buffer.from(`tree 1\n${before}${last}`, 'latin1');
    expect(() => decodeTree(encoded)).toThrow(expect.objectContaining({ code: 'tree_damaged' }));
  });

  it.each(['tree 2\n', 'tree 1\nq something\0'])('refuse %j, which a newer version wrote', (text) => {
    expect(() => decodeTree(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'tree_unknown' }));
  });
});
