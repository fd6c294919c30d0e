import type { IndexedFile } from '../ports/object-store.ts';

const VERSION = 1;
/** Length of the name, size, both times, inode, hash. */
const FIXED = 2 + 8 + 8 + 8 + 8 + 32;

/** The index of one folder as one value. */
export function packFolder(files: Iterable<IndexedFile>): Uint8Array {
  const all = [...files];
  const packed = Buffer.alloc(all.reduce((sum, { name }) => sum + FIXED + name.length, 1));
  packed[0] = VERSION;
  let at = 1;
  for (const file of all) {
    packed.writeUInt16LE(file.name.length, at);
    packed.writeBigUInt64LE(BigInt(file.size), at + 2);
    packed.writeBigInt64LE(file.mtimeNs, at + 10);
    packed.writeBigInt64LE(file.ctimeNs, at + 18);
    packed.writeBigUInt64LE(file.inode, at + 26);
    packed.write(file.hash, at + 34, 'hex');
    packed.write(file.name, at + FIXED, 'latin1');
    at += FIXED + file.name.length;
  }
  return packed;
}

/** What a packed value holds. Nothing for a form of another version: then the files are read again. */
export function unpackFolder(packed: Uint8Array): IndexedFile[] {
  const files: IndexedFile[] = [];
  if (packed[0] !== VERSION) return files;
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 1; at < bytes.length;) {
    const end = at + FIXED + bytes.readUInt16LE(at);
    files.push({
      name: bytes.toString('latin1', at + FIXED, end),
      size: Number(bytes.readBigUInt64LE(at + 2)),
      mtimeNs: bytes.readBigInt64LE(at + 10),
      ctimeNs: bytes.readBigInt64LE(at + 18),
      inode: bytes.readBigUInt64LE(at + 26),
      hash: bytes.toString('hex', at + 34, at + FIXED),
    });
    at = end;
  }
  return files;
}
