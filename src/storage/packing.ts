import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** Content up to this size stands in the database: one row costs less than a file. */
export const LARGEST_ROW_BYTES = 128 * 1024;
/** Below this zstd's own frame eats what it saves. */
const SMALLEST_ZSTD_BYTES = 256;
const WORTH_IT = 0.9;
/** How much of a large file is tried before all of it is packed. */
const SAMPLE_BYTES = 64 * 1024;
/** Level 1 is a fifth faster than the usual 3, its result a twentieth larger; of folders it is smaller. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** More than zstd adds to what can't be packed. */
const FRAME_BYTES = 1024;
/** How every zstd frame begins. */
const ZSTD_MAGIC = 0xfd2fb528;

export interface Packed {
  readonly codec: 'raw' | 'zstd';
  readonly stored: Uint8Array;
}

/** Content as it is stored in a row: packed where that saves a tenth. */
export function pack(content: Uint8Array): Packed {
  if (content.byteLength < SMALLEST_ZSTD_BYTES) return { codec: 'raw', stored: content };
  const stored = compress(content);
  return paysOff(stored, content) ? { codec: 'zstd', stored } : { codec: 'raw', stored: content };
}

/**
 * @param most bytes that it may become; without it, it is one of our own
 * @throws what zlib says of bytes that can't be unpacked, or become more
 */
export function unpack(codec: string, stored: Uint8Array, most?: number): Uint8Array {
  if (codec === 'raw') return stored;
  return zstdDecompressSync(stored, most === undefined ? {} : { maxOutputLength: most });
}

/** A tree as it is stored. Its row has no codec: it begins as a zstd frame does if it is one, and only then. */
export function packTree(encoded: Uint8Array): Uint8Array {
  return beginsAsZstd(encoded) ? compress(encoded) : pack(encoded).stored;
}

/** @throws what zlib says of bytes that can't be unpacked */
export function unpackTree(stored: Uint8Array): Uint8Array {
  return beginsAsZstd(stored) ? zstdDecompressSync(stored) : stored;
}

/** True if the beginning of a large content says that packing it is worth it. */
export function isPackable(beginning: Uint8Array): boolean {
  const sample = beginning.subarray(0, SAMPLE_BYTES);
  return paysOff(zstdCompressSync(sample), sample);
}

/** Told the size, it needs no second look for room. */
function compress(content: Uint8Array): Uint8Array {
  const bytes = content.byteLength;
  return zstdCompressSync(content, { ...FAST, pledgedSrcSize: bytes, chunkSize: bytes + FRAME_BYTES });
}

function paysOff(packed: Uint8Array, content: Uint8Array): boolean {
  return packed.byteLength < content.byteLength * WORTH_IT;
}

function beginsAsZstd({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return byteLength >= 4 && new DataView(buffer, byteOffset).getUint32(0, true) === ZSTD_MAGIC;
}
