import { KEY_TABLE } from './key-table.ts';
import type { KeyRow, KeyScope } from './key-row.ts';

type ByKey = ReadonlyMap<string, KeyRow>;

const BY_SCOPE: ReadonlyMap<KeyScope, ByKey> = indexOf(KEY_TABLE);

function indexOf(table: readonly KeyRow[]): ReadonlyMap<KeyScope, ByKey> {
  const index = new Map<KeyScope, Map<string, KeyRow>>();
  for (const row of table) {
    for (const scope of row.scopes) {
      const keys = index.get(scope) ?? new Map<string, KeyRow>();
      for (const key of row.keys) keys.set(key, row);
      index.set(scope, keys);
    }
  }
  return index;
}

/** What a key does: the first scope that knows it decides; null if none does. */
export function findKey(scopes: readonly KeyScope[], key: string): KeyRow | null {
  for (const scope of scopes) {
    const row = BY_SCOPE.get(scope)?.get(key);
    if (row) return row;
  }
  return null;
}

/** A row with those of its keys that really reach it: inner scopes take keys away from outer ones. */
export interface ReachableRow {
  readonly row: KeyRow;
  readonly keys: readonly string[];
}

/** The rows that some key reaches while these scopes are valid, in the table's order. */
export function reachableRows(scopes: readonly KeyScope[]): readonly ReachableRow[] {
  return KEY_TABLE.filter((row) => row.scopes.some((scope) => scopes.includes(scope)))
    .map((row) => ({ row, keys: row.keys.filter((key) => findKey(scopes, key) === row) }))
    .filter(({ keys }) => keys.length > 0);
}
