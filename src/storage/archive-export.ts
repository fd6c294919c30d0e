import type { PlanId } from '../domain/ids.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { COPIED, COPIED_NAMES, insertInto, type CopiedName, type Sqlite } from './archive-file.ts';
import type { Database } from './database.ts';
import { pack } from './packing.ts';

/** What the canonical bytes of a folder refer to. */
export type ChildrenOf = (encoded: Uint8Array) => {
  readonly trees: readonly string[];
  readonly contents: readonly string[];
};

/** A piece of content in a row: rows have a largest size, contents have none. */
export const PIECE_BYTES = 8 * 1024 * 1024;

const CONTENT_MENTIONED = /sha256:([0-9a-f]{64})/g;
/** `tree_hash`, `tree_before` and such, as JSON has them. */
const TREE_MENTIONED = /"tree[a-z_]*":"([0-9a-f]{64})"/g;
const TREE_COLUMN = COPIED.checkpoints.columns.indexOf('tree_hash');

/** Hashes that rows refer to. */
export interface Mentions {
  /** The files of checkpoints: without them the archive would be none. */
  readonly trees: Set<string>;
  /** Named in texts. Some may have been pruned, and a text may only look like one. */
  readonly maybeTrees: Set<string>;
  readonly maybeContents: Set<string>;
}

/** Copies a plan's rows, in the transaction that is open. */
export function copyRows(database: Database, archive: Sqlite, rootId: PlanId): Mentions {
  const mentions = {
    trees: new Set<string>(),
    maybeTrees: new Set<string>(),
    maybeContents: new Set<string>(),
  };
  for (const name of COPIED_NAMES) {
    const insert = archive.prepare(insertInto(name));
    for (const row of sourceRows(database, name, rootId)) {
      insert.run(...row);
      noteMentions(mentions, name, row);
    }
  }
  return mentions;
}

function sourceRows(
  database: Database,
  name: CopiedName,
  rootId: PlanId,
): IterableIterator<readonly unknown[]> {
  const { columns, of, order } = COPIED[name];
  const sql = `select ${columns.join(', ')} from ${name} where ${of} = ? order by ${order}`;
  return database.statement(sql).raw().iterate(rootId) as IterableIterator<readonly unknown[]>;
}

function noteMentions(mentions: Mentions, name: CopiedName, row: readonly unknown[]): void {
  const tree = name === 'checkpoints' ? row[TREE_COLUMN] : null;
  if (typeof tree === 'string') mentions.trees.add(tree);
  for (const value of row) {
    if (typeof value !== 'string') continue;
    for (const [, hash] of value.matchAll(CONTENT_MENTIONED)) mentions.maybeContents.add(hash as string);
    for (const [, hash] of value.matchAll(TREE_MENTIONED)) mentions.maybeTrees.add(hash as string);
  }
}

/** Copies all that is referred to, each thing once. @throws StorageError if what a checkpoint needs is missing or damaged */
export function copyObjects(
  objects: ObjectStore,
  archive: Sqlite,
  mentions: Mentions,
  childrenOf: ChildrenOf,
): { readonly trees: number; readonly contents: number; readonly bytes: number } {
  const maybeTrees = [...mentions.maybeTrees].filter((hash) => objects.hasTree(hash));
  const maybeContents = [...mentions.maybeContents].filter((hash) => objects.hasContent(hash));
  // Sets that grow while they are gone through.
  const trees = new Set([...mentions.trees, ...maybeTrees]);
  const contents = new Set(maybeContents);
  const insertTree = archive.prepare('insert into trees values (?, ?)');
  for (const hash of trees) {
    const encoded = objects.readTree(hash);
    insertTree.run(hash, encoded);
    const children = childrenOf(encoded);
    for (const tree of children.trees) trees.add(tree);
    for (const content of children.contents) contents.add(content);
  }
  let bytes = 0;
  for (const hash of contents) bytes += copyContent(objects, archive, hash);
  return { trees: trees.size, contents: contents.size, bytes };
}

function copyContent(objects: ObjectStore, archive: Sqlite, hash: string): number {
  const content = objects.readContent(hash);
  archive.prepare('insert into contents values (?, ?)').run(hash, content.byteLength);
  const insert = archive.prepare('insert into pieces values (?, ?, ?, ?)');
  for (let start = 0; start < content.byteLength; start += PIECE_BYTES) {
    const { codec, stored } = pack(content.subarray(start, start + PIECE_BYTES));
    insert.run(hash, start / PIECE_BYTES, codec, stored);
  }
  return content.byteLength;
}
