import type { Database as Sqlite } from 'better-sqlite3';
import type { RawPath } from '../domain/raw-path.ts';
import type { IndexedFolder } from '../ports/object-store.ts';

const PAGE = 256;

const FIRST = 'select path, packed from scanned_folders where workspace = ? order by path limit ?';
const AFTER =
  'select path, packed from scanned_folders where workspace = ? and path > ? order by path limit ?';
const PUT = `insert into scanned_folders (workspace, path, packed) values (?, ?, ?)
  on conflict do update set packed = excluded.packed`;
const REMOVE = 'delete from scanned_folders where workspace = ? and path = ?';

interface FolderRow {
  readonly path: Buffer;
  readonly packed: Buffer;
}

/** In order of the paths' bytes. A page at a time: what is open on a connection keeps it from writing. */
export function* readScannedFolders(db: Sqlite, workspace: string): Iterable<IndexedFolder> {
  let rows = db.prepare(FIRST).all(workspace, PAGE) as FolderRow[];
  for (let last = rows.at(-1); last; last = rows.at(-1)) {
    for (const { path, packed } of rows) yield { path: path.toString('latin1'), packed };
    rows = db.prepare(AFTER).all(workspace, last.path, PAGE) as FolderRow[];
  }
}

/** `packed: null` removes the folder. */
export function writeScannedFolders(
  db: Sqlite,
  workspace: string,
  folders: readonly { readonly path: RawPath; readonly packed: Uint8Array | null }[],
): void {
  const put = db.prepare(PUT);
  const remove = db.prepare(REMOVE);
  db.transaction(() => {
    for (const { path, packed } of folders) {
      const bytes = Buffer.from(path, 'latin1');
      if (packed === null) remove.run(workspace, bytes);
      else put.run(workspace, bytes, packed);
    }
  }).immediate();
}
