import { randomBytes, hash as hashOf } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../src/ports/object-store.ts';

export interface ObjectPlace extends AsyncDisposable {
  readonly store: ObjectStore;
  /** A folder for the files of a test. */
  readonly folder: string;
}

const text = (length: number): Buffer =>
  Buffer.from('plain words '.repeat(length / 12 + 1)).subarray(0, length);
const sha = (content: Uint8Array): string => hashOf('sha256', content);
const bytes = Buffer.from([0, 0x0a, 0x2d, 0x80, 0xff, 0xc3]).toString('latin1');

const CONTENTS = [
  { what: 'nothing', content: Buffer.alloc(0) },
  { what: 'a few bytes', content: Buffer.from('hello') },
  { what: 'text that packs well', content: text(100_000) },
  { what: 'noise', content: randomBytes(1000) },
  { what: 'the most a row holds', content: randomBytes(128 * 1024) },
  { what: 'a byte more', content: randomBytes(128 * 1024 + 1) },
  { what: 'a piece of noise', content: randomBytes(1024 * 1024) },
  { what: 'much noise', content: randomBytes(2_500_000) },
  { what: 'much text', content: text(3_000_000) },
  { what: 'text, then noise', content: Buffer.concat([text(200_000), randomBytes(1_500_000)]) },
];

/** What every store of objects does. */
export function objectStoreContract(open: () => Promise<ObjectPlace>): void {
  describe('content', () => {
    it.each(CONTENTS)(
      'Given $what, When it is put, Then it is there before and after the flush, whole',
      async ({ content }) => {
        await using place = await open();
        const { store } = place;
        const hash = sha(content);
        expect(store.hasContent(hash)).toBe(false);
        const buffer = Buffer.from(content);
        expect([store.putContent(hash, buffer), store.putContent(hash, content)]).toEqual([true, false]);
        buffer.fill(7); // the next file's
        for (const flush of [() => undefined, () => store.flush()]) {
          flush();
          expect(store.hasContent(hash)).toBe(true);
          expect(Buffer.compare(store.readContent(hash), content)).toBe(0);
          expect(Buffer.compare(copied(place, hash), content)).toBe(0);
        }
      },
    );

    it.each(CONTENTS)(
      'Given a file with $what, When it is put in pieces, Then its hash and size are given, and it is there',
      async ({ content }) => {
        await using place = await open();
        const file = join(place.folder, 'source');
        writeFileSync(file, content);
        for (let i = 0; i < 2; i += 1) {
          const source = openSync(file, 'r');
          expect(place.store.putLargeContent(source)).toEqual({
            hash: sha(content),
            size: content.byteLength,
            isNew: i === 0,
          });
          closeSync(source);
        }
        place.store.flush();
        expect(Buffer.compare(place.store.readContent(sha(content)), content)).toBe(0);
      },
    );

    it('Given nothing, When content is read or copied, Then it is missing', async () => {
      await using place = await open();
      const missing = expect.objectContaining({ code: 'blob_missing', exitCode: 7 });
      expect(() => place.store.readContent('0'.repeat(64))).toThrow(missing);
      expect(() => copied(place, '0'.repeat(64))).toThrow(missing);
    });

    it('Given thousands of small ones, When they are flushed, Then all are there', async () => {
      await using place = await open();
      const all = Array.from({ length: 5000 }, (_, i) => Buffer.from(`${i} `.repeat(1 + (i % 200))));
      for (const content of all) place.store.putContent(sha(content), content);
      place.store.flush();
      const wrong = all.filter(
        (content) => !place.store.readContent(sha(content)).every((b, i) => b === content[i]),
      );
      expect(wrong).toEqual([]);
    });
  });

  describe('trees', () => {
    it.each([
      { what: 'an empty folder', tree: Buffer.alloc(0) },
      { what: 'a small folder', tree: Buffer.from('[]') },
      { what: 'a large folder', tree: text(400_000) },
      { what: 'bytes like a packed row', tree: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2]) },
    ])('Given $what, When it is put, Then it is there before and after the flush', async ({ tree }) => {
      await using place = await open();
      const { store } = place;
      expect(store.hasTree(sha(tree))).toBe(false);
      store.putTree(sha(tree), tree);
      store.putTree(sha(tree), tree);
      for (const flush of [() => undefined, () => store.flush()]) {
        flush();
        expect(store.hasTree(sha(tree))).toBe(true);
        expect(Buffer.compare(store.readTree(sha(tree)), tree)).toBe(0);
      }
      expect(store.hasContent(sha(tree))).toBe(false);
    });

    it('Given nothing, When a tree is read, Then it is missing', async () => {
      await using place = await open();
      const missing = expect.objectContaining({ code: 'tree_missing', exitCode: 7 });
      expect(() => place.store.readTree('0'.repeat(64))).toThrow(missing);
    });
  });

  describe('the index', () => {
    it('Given folders of two workspaces, When they are written, changed and removed, Then each is read as it is', async () => {
      await using place = await open();
      const { store } = place;
      const packed = (word: string): Uint8Array => Uint8Array.from(Buffer.from(word));
      const read = (workspace: string): unknown =>
        [...store.readIndex(workspace)].map((folder) => [folder.path, Buffer.from(folder.packed).toString()]);
      expect(read('/a')).toEqual([]);
      store.writeIndex('/a', [
        { path: '', packed: packed('one') },
        { path: 'src', packed: packed('two') },
        { path: bytes, packed: packed('three') },
      ]);
      store.writeIndex('/b', [{ path: '', packed: packed('other') }]);
      store.writeIndex('/a', [
        { path: 'src', packed: null },
        { path: '', packed: packed('new') },
        { path: 'none', packed: null },
      ]);
      expect(read('/a')).toEqual([
        ['', 'new'],
        [bytes, 'three'],
      ]);
      expect(read('/b')).toEqual([['', 'other']]);
    });

    it('Given more folders than one reading takes, When they are read and written in between, Then none is left out', async () => {
      await using place = await open();
      const folders = Array.from({ length: 1000 }, (_, i) => ({
        path: `d${String(i).padStart(4, '0')}`,
        packed: Uint8Array.of(i % 256),
      }));
      place.store.writeIndex('/a', folders);
      const seen: string[] = [];
      for (const { path, packed } of place.store.readIndex('/a')) {
        seen.push(path);
        place.store.writeIndex('/a', [{ path, packed }]);
      }
      expect(seen).toEqual(folders.map(({ path }) => path));
    });
  });

  describe('sizes', () => {
    it('Given something is put, When asked, Then what was added is told once, and the whole has grown', async () => {
      await using place = await open();
      const { store } = place;
      const before = store.totalBytes();
      expect(store.takeAddedBytes()).toBe(0);
      const [small, large, tree] = [randomBytes(50_000), randomBytes(300_000), randomBytes(100)];
      for (let i = 0; i < 2; i += 1) {
        store.putContent(sha(small), small);
        store.putContent(sha(large), large);
        store.putTree(sha(tree), tree);
      }
      store.flush();
      expect(store.takeAddedBytes()).toBe(350_100);
      expect(store.takeAddedBytes()).toBe(0);
      expect(store.totalBytes() - before).toBeGreaterThan(40_000);
    });
  });
}

function copied({ store, folder }: ObjectPlace, hash: string): Buffer {
  const file = join(folder, 'target');
  const target = openSync(file, 'w');
  try {
    store.copyContent(hash, target);
  } finally {
    closeSync(target);
  }
  return readFileSync(file);
}
