import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** How much of a large content is in memory at a time. */
export const PIECE_BYTES = 1024 * 1024;

/**
 * A packed file is a row of pieces of at most 1 MiB, each a zstd frame of its own, so that it is read and written in
 * pieces. A skippable frame before each says how long it is; `zstd -d` passes over those.
 */
const SKIPPABLE_MAGIC = 0x184d2a50;
export const PIECE_HEADER_BYTES = 12;
/** zstd adds a little to noise. */
const LONGEST_FRAME_BYTES = PIECE_BYTES + 64 * 1024;

/** Bytes in a packed file that are no piece of one. */
export class BrokenPiece extends Error {}

/** @param piece at most PIECE_BYTES */
export function packPiece(piece: Uint8Array): Uint8Array {
  const frame = zstdCompressSync(piece);
  const header = Buffer.alloc(PIECE_HEADER_BYTES);
  header.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  header.writeUInt32LE(4, 4);
  header.writeUInt32LE(frame.byteLength, 8);
  return Buffer.concat([header, frame]);
}

/** How many bytes of frame follow. @throws BrokenPiece */
export function frameLengthOf(header: Buffer): number {
  const isHeader =
    header.byteLength === PIECE_HEADER_BYTES &&
    header.readUInt32LE(0) === SKIPPABLE_MAGIC &&
    header.readUInt32LE(4) === 4;
  const length = isHeader ? header.readUInt32LE(8) : Infinity;
  if (length > LONGEST_FRAME_BYTES) throw new BrokenPiece('a piece does not begin as one');
  return length;
}

/** @throws BrokenPiece */
export function unpackFrame(frame: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: PIECE_BYTES });
  } catch (error) {
    throw new BrokenPiece('a piece cannot be unpacked', { cause: error });
  }
}

/** A whole packed file as the content it holds. @throws BrokenPiece */
export function unpackPieces(file: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < file.byteLength;) {
    const length = frameLengthOf(file.subarray(at, at + PIECE_HEADER_BYTES));
    at += PIECE_HEADER_BYTES;
    pieces.push(unpackFrame(file.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat(pieces);
}
