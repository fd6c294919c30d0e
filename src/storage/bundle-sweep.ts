import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { pack, unpack, type Packed } from './packing.ts';

const BUNDLES = 'select id from bundles where id > ? order by id limit 500';
const BUNDLE = 'select bytes, codec, content from bundles where id = ?';
const MEMBERS = 'select hash, bytes, bundle_at from blobs where bundle_id = ?';
const MOVE_OUT = `update blobs set codec = ?, content = ?, bundle_id = null, bundle_at = null
  where hash = ? and bundle_id = ?`;
const DELETE_BUNDLE = 'delete from bundles where id = ?';

/** A bundle of which less than this is still wanted gives room back: what is left stands in rows of its own then. */
const LEAST_WANTED = 0.5;

interface Member {
  readonly hash: Buffer;
  readonly bytes: number;
  readonly bundle_at: number;
}

interface BundleContent {
  readonly bytes: number;
  readonly codec: string;
  readonly content: Buffer;
}

/** Looks after bundles whose contents are deleted one by one. */
export class BundleSweep {
  readonly #db: Sqlite;
  /** Of a dry run: contents that would be deleted, in hex. */
  readonly #doomed: ReadonlySet<string> | null;
  readonly #statements: Readonly<Record<'bundle' | 'members' | 'moveOut' | 'delete', Statement>>;

  /** @param doomed of a dry run what it would have deleted; null: it is deleted */
  constructor(db: Sqlite, doomed: ReadonlySet<string> | null) {
    this.#db = db;
    this.#doomed = doomed;
    this.#statements = {
      bundle: db.prepare(BUNDLE),
      members: db.prepare(MEMBERS),
      moveOut: db.prepare(MOVE_OUT),
      delete: db.prepare(DELETE_BUNDLE),
    };
  }

  /** All there are, some at a time. */
  *pages(): Generator<readonly number[]> {
    const statement = this.#db.prepare(BUNDLES).pluck();
    let page = statement.all(0) as number[];
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      yield page;
      page = statement.all(last) as number[];
    }
  }

  /**
   * Under the write lock. Returns how many bytes that gives back. One that can't be unpacked stays as it is: what is left in it is
   * damaged, and `storage verify` says so.
   */
  sweep(id: number): number {
    const members = (this.#statements.members.all(id) as Member[]).filter(
      ({ hash }) => this.#doomed?.has(hash.toString('hex')) !== true,
    );
    const bundle = this.#statements.bundle.get(id) as BundleContent | undefined;
    const wanted = members.reduce((sum, { bytes }) => sum + bytes, 0);
    if (!bundle || wanted >= bundle.bytes * LEAST_WANTED) return 0;
    const alone = repacked(members, bundle);
    if (alone === null) return 0;
    if (this.#doomed === null) {
      for (const { hash, codec, stored } of alone) this.#statements.moveOut.run(codec, stored, hash, id);
      this.#statements.delete.run(id);
    }
    return alone.reduce((left, { stored }) => left - stored.byteLength, bundle.content.byteLength);
  }
}

/** What is still wanted, as it is stored alone; null if that can't be had. */
function repacked(
  members: readonly Member[],
  { codec, content }: BundleContent,
): readonly (Packed & Pick<Member, 'hash'>)[] | null {
  if (members.length === 0) return [];
  const whole = unpackedOrNull(codec, content);
  return (
    whole &&
    members.map(({ hash, bytes, bundle_at: at }) => ({ hash, ...pack(whole.subarray(at, at + bytes)) }))
  );
}

function unpackedOrNull(codec: string, content: Buffer): Uint8Array | null {
  try {
    return unpack(codec, content);
  } catch {
    return null;
  }
}
