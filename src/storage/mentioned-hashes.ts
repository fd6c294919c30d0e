import type { Database as Sqlite } from 'better-sqlite3';
import { JournalMentions, type EventRow } from './journal-mentions.ts';
import { readPages, tablesOf } from './table-pages.ts';

/** Any text that looks like a sha256: a hash too many keeps something for longer, one too few would lose it. */
const HASH = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

const JOURNAL = 'plan_events';

/**
 * Every hash that any text of a database mentions, whatever the column is for: columns that come later are looked at
 * too. Only what a journal says of a time that retention has pruned is looked at more closely. Yields the set, which it
 * fills, after each page.
 */
export function* mentionedHashes(db: Sqlite): Generator<ReadonlySet<string>, ReadonlySet<string>> {
  const found = new Set<string>();
  const journals = new JournalMentions(db);
  for (const table of tablesOf(db)) {
    for (const rows of readPages(db, table)) {
      for (const row of rows) addHashes(found, textsOf(table.name, row, journals));
      yield found;
    }
  }
  addHashes(found, journals.rest());
  return found;
}

function textsOf(
  table: string,
  row: Readonly<Record<string, unknown>>,
  journals: JournalMentions,
): Iterable<unknown> {
  return table === JOURNAL ? journals.textsOf(row as unknown as EventRow) : Object.values(row);
}

function addHashes(found: Set<string>, values: Iterable<unknown>): void {
  for (const value of values) {
    if (typeof value !== 'string' || value.length < 64) continue;
    for (const [hash] of value.matchAll(HASH)) found.add(hash);
  }
}
