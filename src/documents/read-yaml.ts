import { isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from 'yaml';
import type { DocumentFault } from '../domain/errors.ts';
import { findJsonFault } from '../domain/json.ts';
import { DocumentSource, keyOf, type Path } from './document-source.ts';

/** Nothing that a person writes is deeper; what is deeper would exhaust the stack later on. */
const MAX_DEPTH = 64;
/** Further ones mostly follow from the first. */
const MAX_SYNTAX_FAULTS = 20;
const MAX_ALIASES = 100;

/** These would reach into JavaScript's own objects. */
const RESERVED_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export interface ReadYaml {
  readonly source: DocumentSource;
  /** Plain JSON; undefined if the text has faults, which were added to the list then. */
  readonly value: unknown;
}

/** Reads YAML (1.2, one document) so that the result is plain JSON of bounded size and depth. */
export function readYaml(text: string, file: string, faults: DocumentFault[]): ReadYaml {
  const lines = new LineCounter();
  const source = new DocumentSource(file, text, lines, faults);
  const before = faults.length;
  const value = inBoundedStack(source, () => parse(text, lines, source, () => faults.length > before));
  return { source, value: faults.length > before ? undefined : value };
}

/** The parser recurses: a document of a million brackets ends here. */
function inBoundedStack(source: DocumentSource, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return source.reportOffset(0, 'this is nested too deeply', `at most ${MAX_DEPTH} levels`);
  }
}

function parse(text: string, lines: LineCounter, source: DocumentSource, isFaulty: () => boolean): unknown {
  // Duplicates are looked for below: the library compares every key with every other.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: false } as const;
  const document = parseDocument(text, options);
  source.attach(document);
  const problems = [...document.errors, ...document.warnings];
  // The parser catches most of its own overflows and lists them as syntax errors.
  if (problems.some(({ message }) => /stack (size|overflow)/i.test(message)))
    throw new RangeError('nested too deeply');
  for (const { pos, message } of problems.slice(0, MAX_SYNTAX_FAULTS)) {
    source.reportOffset(pos[0], inOurWords(message), 'this is not valid YAML');
  }
  if (isFaulty()) return undefined;
  visit(document, { Map: (_, map) => checkKeys(map, source) });
  if (isFaulty()) return undefined;
  const value = toPlain(document, source);
  if (!isFaulty()) inspect(value, [], source);
  return value;
}

function inOurWords(message: string): string {
  return message.startsWith('Source contains multiple documents')
    ? 'a second document begins here (---)'
    : message;
}

function checkKeys(map: YAMLMap, source: DocumentSource): void {
  const seen = new Set<string>();
  for (const pair of map.items) {
    const key = keyOf(pair);
    const offset = (pair.key as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
    const isText = isScalar(pair.key) && !(pair.key.value instanceof Uint8Array);
    if (!isText) source.reportOffset(offset, 'a key must be a plain text');
    else if (RESERVED_KEYS.includes(key)) source.reportOffset(offset, `the key ${key} is not allowed`);
    else if (seen.has(key)) source.reportOffset(offset, `the key ${key} stands here twice`);
    seen.add(key);
  }
}

function toPlain(document: Document.Parsed, source: DocumentSource): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const unknown = /Unresolved alias.*: (.+)$/.exec(error.message)?.[1];
    if (unknown !== undefined)
      return source.reportText(`*${unknown}`, `no anchor &${unknown} stands before this alias`);
    return source.reportOffset(
      0,
      'too many aliases (*name)',
      `${MAX_ALIASES} at most, counted as they multiply`,
    );
  }
}

/** Aliases can make a value deeper than its text; `.nan`, dates and sets have no JSON form. True: go on. */
function inspect(value: unknown, path: Path, source: DocumentSource): boolean {
  const isPlain = value === null || typeof value !== 'object' || isListOrMapping(value);
  const fault = isPlain && typeof value === 'object' ? null : findJsonFault(value);
  if (fault) source.report(path, `this value can't be stored: ${fault.reason}`);
  if (fault || value === null || typeof value !== 'object') return true;
  if (path.length >= MAX_DEPTH) {
    source.report(path, 'this is nested too deeply', `at most ${MAX_DEPTH} levels`);
    return false;
  }
  const isList = Array.isArray(value);
  return Object.entries(value).every(([key, item]) =>
    inspect(item, [...path, isList ? Number(key) : key], source),
  );
}

function isListOrMapping(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
