import { pack, type Packed } from './packing.ts';

/** Content up to this size goes into a bundle: a larger one packs as well alone. */
const LARGEST_IN_BUNDLE = 16 * 1024;
/** A bundle is full with so much: to read one content of it, all of it is unpacked. */
const FULL_BUNDLE_BYTES = 128 * 1024;
/** Fewer stand in rows of their own. */
const FEWEST_IN_BUNDLE = 8;

export interface BundleMember {
  readonly hash: string;
  /** Where it begins in the unpacked bundle. */
  readonly at: number;
  readonly bytes: number;
}

/** Contents side by side, packed as one: what is alike packs better together, and one row costs less than many. */
export interface Bundle extends Packed {
  readonly members: readonly BundleMember[];
  /** Of all of them. */
  readonly bytes: number;
}

/** A content that stands alone. */
export interface Single extends Packed {
  readonly hash: string;
  readonly bytes: number;
}

/** Packs contents as they are stored, each only when it is asked for: those that are small in bundles, in the order they come in. */
export function* packAll(contents: ReadonlyMap<string, Uint8Array>): Generator<Bundle | Single> {
  let waiting: [string, Uint8Array][] = [];
  let bytes = 0;
  for (const entry of contents) {
    const [hash, content] = entry;
    if (content.byteLength > LARGEST_IN_BUNDLE) {
      yield single(hash, content);
      continue;
    }
    waiting.push(entry);
    bytes += content.byteLength;
    if (bytes < FULL_BUNDLE_BYTES) continue;
    yield bundle(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (waiting.length >= FEWEST_IN_BUNDLE) yield bundle(waiting);
  else for (const [hash, content] of waiting) yield single(hash, content);
}

function single(hash: string, content: Uint8Array): Single {
  return { hash, bytes: content.byteLength, ...pack(content) };
}

function bundle(contents: readonly (readonly [string, Uint8Array])[]): Bundle {
  let at = 0;
  const members = contents.map(([hash, { byteLength: bytes }]) => {
    const member = { hash, at, bytes };
    at += bytes;
    return member;
  });
  return { members, bytes: at, ...pack(Buffer.concat(contents.map(([, content]) => content))) };
}
