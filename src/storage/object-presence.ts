import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { isStale, toTimeText } from './object-age.ts';
import type { ObjectFiles } from './object-files.ts';
import { TouchedHashes } from './touched-hashes.ts';

const WHEN_CONTENT = 'select created_at from blobs where hash = ?';
const WHEN_TREE = 'select created_at from trees where hash = ?';
const SOME_CONTENTS = 'select hash from blobs limit ?';
/** From so many questions between two flushes on. */
const MANY = 64;
const FEW = 2000;
const TOUCH_CONTENT = 'update blobs set created_at = ? where hash = ?';
const TOUCH_TREE = 'update trees set created_at = ? where hash = ?';

/** What is stored already. Whoever is told so may count on it: it is touched, so that no collection takes it away. */
export class ObjectPresence {
  readonly #db: Sqlite;
  readonly #files: ObjectFiles;
  readonly #now: () => number;
  readonly #contents: TouchedHashes;
  readonly #trees: TouchedHashes;
  #asked = 0;
  #hasMany = false;
  /** Of a store with few contents all there were when many were asked for, and those put since. */
  #all: Set<string> | null = null;
  /** Those put before many were asked for. */
  #early: string[] = [];
  readonly #statements: Readonly<
    Record<'whenContent' | 'whenTree' | 'touchContent' | 'touchTree', Statement>
  >;

  constructor(db: Sqlite, files: ObjectFiles, now: () => number) {
    this.#db = db;
    this.#files = files;
    this.#now = now;
    this.#contents = new TouchedHashes(now);
    this.#trees = new TouchedHashes(now);
    this.#statements = {
      whenContent: db.prepare(WHEN_CONTENT).pluck(),
      whenTree: db.prepare(WHEN_TREE).pluck(),
      touchContent: db.prepare(TOUCH_CONTENT),
      touchTree: db.prepare(TOUCH_TREE),
    };
  }

  hasTree(hash: string): boolean {
    const { whenTree, touchTree } = this.#statements;
    return this.#trees.has(hash) || this.#hasRow(hash, this.#trees, whenTree, touchTree);
  }

  hasContent(hash: string): boolean {
    return this.hasSmallContent(hash) || this.#hasFile(hash);
  }

  /**
   * For what would be stored in a row: then no file is looked for. False also for what another put since `lookAgain`, which does
   * no harm: it is put twice.
   */
  hasSmallContent(hash: string): boolean {
    this.#asked += 1;
    if (this.#asked === MANY && !this.#hasMany) this.#all = this.#readAllIfFew();
    if (this.#all?.has(hash) === false) return false;
    const { whenContent, touchContent } = this.#statements;
    return this.#contents.has(hash) || this.#hasRow(hash, this.#contents, whenContent, touchContent);
  }

  /** Says that something is going to be there. */
  add(hash: string): void {
    if (this.#all) this.#all.add(hash);
    else if (this.#asked < MANY) this.#early.push(hash);
  }

  /** Forgets what there was. */
  lookAgain(): void {
    this.#asked = 0;
    this.#all = null;
    this.#early = [];
  }

  /** So that most of what a first capture asks for is told without a look. */
  #readAllIfFew(): Set<string> | null {
    const all = this.#db
      .prepare(SOME_CONTENTS)
      .pluck()
      .all(FEW + 1) as Buffer[];
    // A store that has many is not looked at again for that.
    this.#hasMany = all.length > FEW;
    return this.#hasMany ? null : new Set([...this.#early, ...all.map((hash) => hash.toString('hex'))]);
  }

  #hasRow(hash: string, touched: TouchedHashes, when: Statement, touch: Statement): boolean {
    const key = Buffer.from(hash, 'hex');
    const at = when.get(key) as string | undefined;
    if (at === undefined) return false;
    const now = this.#now();
    if (!isStale(Date.parse(at), now)) {
      touched.add(hash, Date.parse(at));
      return true;
    }
    // A transaction of its own: a collection has either taken it before, or sees that it is young again.
    if (touch.run(toTimeText(now), key).changes === 0) return false;
    touched.add(hash, now);
    return true;
  }

  #hasFile(hash: string): boolean {
    const file = this.#files.find(hash);
    if (!file) return false;
    const now = this.#now();
    const stale = isStale(file.mtimeMs, now);
    // Files are deleted under the database's write lock, so that is where they are touched.
    if (stale && !this.#db.transaction(() => this.#files.claim(hash, now)).immediate()) return false;
    this.#files.flushLater(file.path);
    this.#contents.add(hash, stale ? now : file.mtimeMs);
    return true;
  }
}
