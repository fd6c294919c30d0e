import { hash as hashOf } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { ObjectGarbage } from '../../src/ports/object-garbage.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { ProcessTable } from '../../src/ports/process-table.ts';
import { openObjectGarbage, type ObjectGarbageOptions } from '../../src/storage/object-garbage.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import type { ChildrenOf } from '../../src/storage/reachable-objects.ts';

export const sha = (content: Uint8Array | string): string => hashOf('sha256', content);

/** Folders as the tests write them: what they refer to, in JSON. */
export interface TestTree {
  readonly trees: readonly string[];
  readonly contents: readonly string[];
}

export const childrenOf: ChildrenOf = (encoded) =>
  JSON.parse(Buffer.from(encoded).toString()) as ReturnType<ChildrenOf>;

export function putText(store: ObjectStore, text: string): string {
  store.putContent(sha(text), Buffer.from(text));
  return sha(text);
}

export function putTree(store: ObjectStore, tree: TestTree): string {
  const encoded = Buffer.from(JSON.stringify(tree));
  store.putTree(sha(encoded), encoded);
  return sha(encoded);
}

/** Everything at and below these trees that is not there as it should be. */
export function lostBelow(store: ObjectStore, trees: readonly string[]): readonly string[] {
  const lost: string[] = [];
  const seen = new Set<string>();
  const look = (hash: string, read: () => void): void => {
    if (seen.has(hash)) return;
    seen.add(hash);
    try {
      read();
    } catch (error) {
      lost.push(`${hash} ${String(error)}`);
    }
  };
  const waiting = [...trees];
  for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
    const tree = hash;
    look(tree, () => {
      const children = childrenOf(store.readTree(tree));
      for (const content of children.contents) look(content, () => store.readContent(content));
      waiting.push(...children.trees);
    });
  }
  return lost;
}

const DAY_MS = 86_400_000;

/**
 * A clock by which everything is old soon: 2,000 times as fast as time, the same in every process. It begins a day
 * early, so that for 40 seconds what the file system dates itself, as half-written files, is young.
 * @param start when it began, milliseconds since 1970
 */
export function fastClock(start: number): () => number {
  return () => start - DAY_MS + (performance.timeOrigin + performance.now() - start) * 2000;
}

/** Work on one of the databases of a home, beside the program. */
export function inFile<T>(file: string, work: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file, { timeout: 5000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** Lets a folder that we know have this as its last tree. */
export function refer(home: string, workspace: string, tree: string): void {
  inFile(join(home, 'agents.db'), (db) =>
    db
      .prepare(
        `insert into workspaces (id, path, last_tree) values (?, ?, ?)
          on conflict do update set last_tree = excluded.last_tree`,
      )
      .run(workspace, workspace, tree),
  );
}

export async function openPlans(home: string, processes: ProcessTable): Promise<Storage> {
  return openStorage({ home, durability: 'normal', processes });
}

/** By default it runs long after everything was put. */
export async function openGarbage(
  home: string,
  processes: ProcessTable,
  options: Partial<ObjectGarbageOptions> = {},
): Promise<ObjectGarbage> {
  return openObjectGarbage({ home, processes, childrenOf, now: () => Date.now() + 3_600_000, ...options });
}
