import type { Database as Sqlite } from 'better-sqlite3';
import { readPages, tablesOf } from './table-pages.ts';

/** Any text that looks like a sha256: a hash too many keeps something for longer, one too few would lose it. */
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/**
 * Every hash that any text of a database mentions, whatever the column is for: columns that come later are looked at
 * too. Yields the set, which it fills, after each page.
 */
export function* mentionedHashes(db: Sqlite): Generator<ReadonlySet<string>, ReadonlySet<string>> {
  const found = new Set<string>();
  for (const table of tablesOf(db)) {
    for (const rows of readPages(db, table)) {
      for (const row of rows) addHashes(found, Object.values(row));
      yield found;
    }
  }
  return found;
}

function addHashes(found: Set<string>, values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value !== 'string' || value.length < 64) continue;
    for (const [hash] of value.matchAll(HASH)) found.add(hash);
  }
}
