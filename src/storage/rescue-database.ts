import { chmodSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';

/**
 * Writes down what an open connection still reads, although its file was deleted, replaced or cut off: in its place if nothing stands
 * there now, else beside it. Not inside a transaction.
 * @returns where it is; null if it can't be read or written any more
 */
export function rescueDatabase(db: Database.Database, file: string): string | null {
  const draft = `${file}.rescue-${process.pid}`;
  try {
    makeFolder(dirname(file));
    writeFileSync(draft, '', { mode: 0o600, flag: 'wx' }); // SQLite fills an empty file, and keeps its rights
  } catch {
    // Nothing can be written where it was, which whoever asked says.
    return null;
  }
  try {
    db.prepare('vacuum into ?').run(draft);
    return place(draft, file);
  } catch {
    // The disk is full, or the rows can't be read any more: as above.
    return null;
  } finally {
    rmSync(draft, { force: true });
  }
}

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** A link is refused where something stands: nobody's file is overwritten. */
function place(draft: string, file: string): string {
  if (existsSync(file)) {
    const beside = `${file}.rescued-${process.pid}`;
    linkSync(draft, beside);
    return beside;
  }
  // They belong to the file that is gone, and all that was in them is in the draft.
  for (const side of ['-wal', '-shm']) rmSync(`${file}${side}`, { force: true });
  linkSync(draft, file);
  return file;
}
