import { hash as hashOf } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Section } from '../domain/plan-state.ts';
import { addHash, formatStateHash, hashPart } from '../domain/state-hash.ts';
import { CHAIN_START, chainHash } from '../domain/stored-event.ts';
import type { ArchiveReport } from '../ports/plan-archive.ts';
import { PIECE_BYTES, type ChildrenOf } from './archive-export.ts';
import { archiveDamaged, readManifest, type Sqlite } from './archive-file.ts';
import { STILL_HOLDS } from './still-holds.ts';
import { unpack } from './packing.ts';
import { sha256 } from './sha256.ts';
import { extentsOf, type TreeChildren } from './tree-extent.ts';

interface EventRow {
  readonly seq: number;
  readonly plan_id: string;
  readonly type: string;
  readonly v: number;
  readonly at: string;
  readonly hash: Buffer;
  readonly payload: string;
}

interface PartRow {
  readonly plan_id: string;
  readonly section: Section;
  readonly key: string;
  readonly ord: number;
  readonly value: string;
}

/** Proves everything in an archive by its hashes. @throws StorageError `archive_damaged` */
export function verifyArchive(db: Sqlite, childrenOf: ChildrenOf): ArchiveReport {
  try {
    const report = readManifest(db);
    verifyChain(db, report.plan_id);
    verifyStates(db);
    verifyTrees(db, childrenOf);
    for (const { hash } of db.prepare('select hash from contents').all() as { hash: string }[]) {
      readArchived(db, hash);
    }
    return report;
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'archive_damaged') throw thrown;
    throw archiveDamaged((thrown as Error).message, thrown);
  }
}

function verifyChain(db: Sqlite, rootId: string): void {
  let seq = 0;
  let hash = CHAIN_START;
  for (const row of db.prepare('select * from plan_events order by seq').iterate() as Iterable<EventRow>) {
    seq += 1;
    hash = chainHash(sha256, hash, row, JSON.parse(row.payload) as JsonObject);
    if (row.seq !== seq || row.hash.toString('hex') !== hash)
      throw archiveDamaged(`its journal does not hold together at event ${seq}`);
  }
  const head = db.prepare('select head_seq, head_hash from plans where id = ?').get(rootId) as
    | { head_seq: number; head_hash: Buffer }
    | undefined;
  if (head?.head_seq !== seq || head.head_hash.toString('hex') !== hash)
    throw archiveDamaged('its journal does not end where its plan does');
}

function verifyStates(db: Sqlite): void {
  const sums = new Map<string, bigint>();
  const live = db.prepare(
    `select plan_id, section, key, ord, value from state_parts where to_seq = ${STILL_HOLDS}`,
  );
  for (const { plan_id, section, key, ord, value } of live.iterate() as Iterable<PartRow>) {
    const part = { ord, value: JSON.parse(value) as Json };
    sums.set(plan_id, addHash(sums.get(plan_id) ?? 0n, hashPart(sha256, section, key, part)));
  }
  const plans = db.prepare('select id, state_hash from plans').all() as { id: string; state_hash: string }[];
  const wrong = plans.find(({ id, state_hash }) => formatStateHash(sums.get(id) ?? 0n) !== state_hash);
  if (wrong) throw archiveDamaged(`the state of plan ${wrong.id} does not match its hash`);
}

/** No path that a system takes has more names in it (4096 bytes under Linux). */
const DEEPEST = 2048;
/** More than there is room for in memory: a few folders that share what is below them can stand for any number. */
const MOST_PATHS = 20_000_000;

/** Each folder is what its hash says, all that it holds is there, and it can be gone through. */
function verifyTrees(db: Sqlite, childrenOf: ChildrenOf): void {
  const tree = db.prepare('select 1 from trees where hash = ?');
  const content = db.prepare('select 1 from contents where hash = ?');
  const ofCheckpoints = 'select distinct tree_hash from checkpoints where tree_hash is not null';
  for (const hash of db.prepare(ofCheckpoints).pluck().all() as string[]) requireIn(tree, hash);
  const folders = new Map<string, TreeChildren>();
  for (const row of db.prepare('select hash, entries from trees').iterate()) {
    const { hash, entries } = row as { readonly hash: string; readonly entries: Buffer };
    if (hashOf('sha256', entries) !== hash) throw archiveDamaged(`the folder sha256:${hash} is another one`);
    const children = childrenOf(entries);
    folders.set(hash, children);
    for (const below of children.trees) requireIn(tree, below);
    for (const file of children.contents) requireIn(content, file);
  }
  for (const { depth, paths } of extentsOf(folders).values()) {
    if (depth > DEEPEST) throw archiveDamaged('it holds folders in folders, deeper than any path goes');
    if (paths > MOST_PATHS) throw archiveDamaged(`its folders stand for more paths than ${MOST_PATHS}`);
  }
}

function requireIn(known: Statement, hash: string): void {
  if (known.get(hash) === undefined) throw archiveDamaged(`it lacks sha256:${hash}`);
}

/** One content of an archive. @throws StorageError `archive_damaged` */
export function readArchived(db: Sqlite, hash: string): Uint8Array {
  const rows = db.prepare('select codec, data from pieces where hash = ? order by piece').all(hash) as {
    codec: string;
    data: Buffer;
  }[];
  const content = Buffer.concat(rows.map(({ codec, data }) => unpack(codec, data, PIECE_BYTES)));
  if (hashOf('sha256', content) !== hash) throw archiveDamaged(`the content sha256:${hash} is another one`);
  return content;
}
