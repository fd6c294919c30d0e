import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/json.ts';
import type { BlobStore } from '../../../src/ports/blob-store.ts';
import { externalize, internalize, isBlobRef } from '../../../src/tools/externalize.ts';

/** The contract in five lines: the real ones are tested by their own suite. */
function blobsInMap(): BlobStore & { readonly all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    async put(content) {
      const ref = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      all.set(ref, content);
      return ref;
    },
    get: async (ref) => all.get(ref) ?? Promise.reject(new Error(`no ${ref}`)),
    has: async (ref) => all.has(ref),
  };
}

const LONG = 'é'.repeat(3000);
const REF = `sha256:${'a'.repeat(64)}`;

describe('Given a value', () => {
  it.each([
    ['a short one', { a: 'b' }, 0],
    ['a text of 4 KiB with its quotes', 'x'.repeat(4094), 0],
    ['many small ones up to the limit', { a: 'x'.repeat(2000), b: 'y'.repeat(2000) }, 0],
    ['null', null, 0],
  ])('When it is %s, then it stays as it is', async (_, value, stored) => {
    const blobs = blobsInMap();
    expect(await externalize(value, blobs)).toBe(value);
    expect(blobs.all.size).toBe(stored);
  });

  it('When it is a long text, then it becomes a reference with a preview', async () => {
    const blobs = blobsInMap();
    const ref = await externalize(LONG, blobs);
    expect(ref).toEqual({
      ref: expect.stringMatching(/^sha256:/),
      media: 'text',
      bytes: 6000,
      preview: 'é'.repeat(200),
    });
    expect(await internalize(ref, blobs)).toBe(LONG);
  });

  it('When fields of it are long texts, then only those are replaced', async () => {
    const blobs = blobsInMap();
    const value = { exit_code: 0, stdout: LONG, stderr: 'short' };
    const out = await externalize(value, blobs);
    expect(out).toMatchObject({ exit_code: 0, stdout: { media: 'text' }, stderr: 'short' });
    expect(await internalize(out, blobs)).toEqual(value);
  });

  it.each([
    ['a list', Array.from({ length: 2000 }, (_, n) => n)],
    ['deep', { a: { b: LONG } }],
    ['wide', Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key-${n}`, n]))],
    [
      'long in more places than a state should hold',
      Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, LONG])),
    ],
  ])('When it is %s, then it is stored whole, and only that', async (_, value: Json) => {
    const blobs = blobsInMap();
    const out = await externalize(value, blobs);
    expect(out).toMatchObject({ media: 'json' });
    expect(blobs.all.size).toBe(1);
    expect(await internalize(out, blobs)).toEqual(value);
  });

  it.each<[string, Json]>([
    ['the value', { ref: REF, bytes: 1, media: 'text', preview: '' }],
    ['a field', { a: { ref: REF, bytes: 1, media: 'json', preview: '' } }],
    ['deep', [[{ x: { ref: REF, bytes: 1, media: 'json', preview: '' } }]]],
  ])('When %s looks like a reference, then it is stored whole and read back as it was', async (_, value) => {
    const blobs = blobsInMap();
    const out = await externalize(value, blobs);
    expect(out).toMatchObject({ media: 'json' });
    expect(out).not.toEqual(value);
    expect(await internalize(out, blobs)).toEqual(value);
  });

  it('When the preview would end within a pair of surrogates, then it ends before it', async () => {
    const out = await externalize(`x${'😀'.repeat(2000)}`, blobsInMap());
    expect((out as { preview: string }).preview).toBe(`x${'😀'.repeat(99)}`);
  });

  it('When the store breaks its contract, then that is a bug', async () => {
    const broken: BlobStore = { ...blobsInMap(), put: async () => 'elsewhere' };
    await expect(externalize(LONG, broken)).rejects.toThrow(
      expect.objectContaining({ code: 'bad_blob_reference', exitCode: 70 }),
    );
  });
});

describe('Given what is no reference', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a text', REF],
    ['a list', [REF]],
    ['a field more', { ref: REF, bytes: 1, media: 'text', preview: '', more: 1 }],
    ['a field less', { ref: REF, bytes: 1, media: 'text' }],
    ['another kind of reference', { ref: 'git:1', bytes: 1, media: 'text', preview: '' }],
    ['another medium', { ref: REF, bytes: 1, media: 'image', preview: '' }],
  ])('When it is %s, then it is not taken for one', (_, value) => {
    expect(isBlobRef(value)).toBe(false);
  });
});

describe('Given any value', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.nat({ max: 9000 }).map((n) => 'ab¢😀'.repeat(Math.ceil(n / 4))),
  );
  const reference = fc.constant({ ref: REF, bytes: 1, media: 'text', preview: '' });
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      reference,
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('any'), { maxLength: 4 }),
    map: fc.dictionary(fc.string({ maxLength: 8 }), tie('any'), { maxKeys: 4, noNullPrototype: true }),
  })).any;

  it('When it goes out and comes back, then it is the same, and what stays is short', async () => {
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const blobs = blobsInMap();
        const out = await externalize(given as Json, blobs);
        expect(Buffer.byteLength(JSON.stringify(out))).toBeLessThanOrEqual(4096);
        expect(await internalize(out, blobs)).toEqual(given);
      }),
    );
  });
});
