import canonicalize from 'canonicalize';

/** A value that survives JSON unchanged. Everything in an event, a state part or an output is one. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Where and why a value would not survive JSON; `path` is written as people type it: `rows[2].when`. */
export interface JsonFault {
  readonly path: string;
  readonly reason: string;
}

/**
 * Looks for the first place where a value would be changed or refused by JSON: bigint, Date, NaN, functions,
 * symbols, `undefined` inside arrays, class instances, circular references. `undefined` object properties count as
 * absent, as JSON.stringify treats them.
 */
export function findJsonFault(value: unknown, path = ''): JsonFault | null {
  return inspect(value, path, new Set());
}

function inspect(value: unknown, path: string, ancestors: Set<object>): JsonFault | null {
  if (value === null || typeof value === 'boolean') return null;
  // UTF-8, and canonical JSON with it, has no place for half a surrogate pair.
  if (typeof value === 'string')
    return value.isWellFormed() ? null : { path, reason: 'half of a surrogate pair' };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { path, reason: `${String(value)} has no JSON form` };
    return Object.is(value, -0) ? { path, reason: '-0 becomes 0 in JSON' } : null;
  }
  if (typeof value !== 'object') return { path, reason: `a ${typeof value} has no JSON form` };
  if (ancestors.has(value)) return { path, reason: 'it contains itself (circular)' };
  ancestors.add(value);
  const fault = Array.isArray(value)
    ? inspectArray(value, path, ancestors)
    : inspectObject(value, path, ancestors);
  ancestors.delete(value);
  return fault;
}

function inspectArray(items: readonly unknown[], path: string, ancestors: Set<object>): JsonFault | null {
  for (let i = 0; i < items.length; i += 1) {
    const fault = inspect(items[i], `${path}[${i}]`, ancestors);
    if (fault) return fault;
  }
  return null;
}

function inspectObject(value: object, path: string, ancestors: Set<object>): JsonFault | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { path, reason: `a ${value.constructor.name} is not plain data` };
  }
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const fault = inspect(item, path === '' ? key : `${path}.${key}`, ancestors);
    if (fault) return fault;
  }
  return null;
}

/**
 * Canonical JSON text (RFC 8785): object keys sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them. Equal values have equal texts, so hashes over it can be compared. `undefined` properties are left out.
 */
export function canonicalJson(value: Json): string {
  return canonicalize(value) as string;
}
