import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/storage-failure.ts';
import type { Place } from '../support/storage-places.ts';

const text = (length: number): Buffer =>
  Buffer.from('plain words '.repeat(length / 12 + 1)).subarray(0, length);

/** What every store of content does. */
export function blobStoreContract(open: () => Promise<Place>): void {
  describe('content', () => {
    it.each([
      { what: 'nothing', content: Buffer.alloc(0) },
      { what: 'a few bytes', content: Buffer.from('hello') },
      { what: 'text that packs well', content: text(100_000) },
      { what: 'noise', content: randomBytes(1000) },
      { what: 'the most a row holds', content: randomBytes(128 * 1024) },
      { what: 'a byte more', content: randomBytes(128 * 1024 + 1) },
      { what: 'much text', content: text(3_000_000) },
    ])(
      'Given $what, When it is stored twice, Then it is read back under the hash of its bytes',
      async ({ content }) => {
        await using place = await open();
        const { blobs } = place.storage;
        const reference = `sha256:${createHash('sha256').update(content).digest('hex')}`;
        expect(await blobs.has(reference)).toBe(false);
        expect(await blobs.put(content)).toBe(reference);
        expect(await blobs.put(content)).toBe(reference);
        expect(await blobs.has(reference)).toBe(true);
        expect(Buffer.compare(await blobs.get(reference), content)).toBe(0);
      },
    );

    it.each(['sha256:' + '0'.repeat(64), 'sha256:../../etc/passwd', 'md5:0', ''])(
      'Given nothing under %j, When it is read, Then it is missing',
      async (reference) => {
        await using place = await open();
        expect(await failureOf(place.storage.blobs.get(reference))).toMatchObject({
          code: 'blob_missing',
          exitCode: 7,
        });
        expect(await place.storage.blobs.has(reference)).toBe(false);
      },
    );
  });
}
