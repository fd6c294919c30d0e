import { KEY_TABLE } from './key-table.ts';
import type { KeyRow, KeyScope } from './key-row.ts';

type ByKey = ReadonlyMap<string, KeyRow>;

/** A row with those of its keys that really reach it: inner scopes take keys away from outer ones. */
export interface ReachableRow {
  readonly row: KeyRow;
  readonly keys: readonly string[];
}

/** A key table to look things up in: dispatch, hint line and help of one screen all ask the same one. */
export class KeyMap {
  readonly rows: readonly KeyRow[];
  readonly #byScope: ReadonlyMap<KeyScope, ByKey>;

  constructor(rows: readonly KeyRow[]) {
    this.rows = rows;
    this.#byScope = indexOf(rows);
  }

  /** What a key does: the first scope that knows it decides; null if none does. */
  find(scopes: readonly KeyScope[], key: string): KeyRow | null {
    for (const scope of scopes) {
      const row = this.#byScope.get(scope)?.get(key);
      if (row) return row;
    }
    return null;
  }

  /** The rows that some key reaches while these scopes are valid, in the table's order. */
  reachable(scopes: readonly KeyScope[]): readonly ReachableRow[] {
    return this.rows
      .filter((row) => row.scopes.some((scope) => scopes.includes(scope)))
      .map((row) => ({ row, keys: row.keys.filter((key) => this.find(scopes, key) === row) }))
      .filter(({ keys }) => keys.length > 0);
  }
}

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

/** The keys as the table has them, where the settings bind none otherwise. */
export const DEFAULT_KEYS: KeyMap = new KeyMap(KEY_TABLE);

export const findKey = (scopes: readonly KeyScope[], key: string, keys = DEFAULT_KEYS): KeyRow | null =>
  keys.find(scopes, key);

export const reachableRows = (scopes: readonly KeyScope[], keys = DEFAULT_KEYS): readonly ReachableRow[] =>
  keys.reachable(scopes);
