import { canonicalJson, type Json, type JsonObject } from './json.ts';

/** One entry of a state that differs between two snapshots. */
export interface StateChange {
  /** A section of the snapshot; `plan` for phase, state, cursor, error and result. */
  readonly section: string;
  /** The entry's id or name. */
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** null if it was added; also a value that is null. */
  readonly before: Json;
  /** null if it was removed; also a value that is null. */
  readonly after: Json;
}

const PLAN_KEYS = ['phase', 'state', 'cursor', 'error', 'result'] as const;
/** Lists of entries with an id of their own. */
const LISTS = ['decisions', 'steps', 'tool_calls', 'subplans'] as const;
const RECORDS = ['context', 'outputs'] as const;

type Entries = ReadonlyMap<string, Json>;

/** What differs between two state snapshots (`state_snapshot` in docs/json.md), section by section, each in its order. */
export function diffStates(before: JsonObject, after: JsonObject): readonly StateChange[] {
  return [
    ...diffEntries('plan', planEntries(before), planEntries(after)),
    ...LISTS.flatMap((name) => diffEntries(name, listEntries(before[name]), listEntries(after[name]))),
    ...RECORDS.flatMap((name) => diffEntries(name, recordEntries(before[name]), recordEntries(after[name]))),
  ];
}

function diffEntries(section: string, before: Entries, after: Entries): readonly StateChange[] {
  const removed = [...before].flatMap(([key, value]): readonly StateChange[] =>
    after.has(key) ? [] : [{ section, key, change: 'removed', before: value, after: null }],
  );
  const others = [...after].flatMap(([key, value]): readonly StateChange[] => {
    const old = before.get(key);
    if (old === undefined) return [{ section, key, change: 'added', before: null, after: value }];
    return isSame(old, value) ? [] : [{ section, key, change: 'changed', before: old, after: value }];
  });
  return [...removed, ...others];
}

function isSame(a: Json, b: Json): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function planEntries(snapshot: JsonObject): Entries {
  return new Map(PLAN_KEYS.map((key) => [key, snapshot[key] ?? null]));
}

function listEntries(value: Json | undefined): Entries {
  const items = (value ?? []) as readonly JsonObject[];
  return new Map(items.map((item) => [(item as { readonly id: string }).id, item]));
}

function recordEntries(value: Json | undefined): Entries {
  return new Map(Object.entries((value ?? {}) as JsonObject));
}
