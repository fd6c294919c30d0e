import { hash } from 'node:crypto';
import { StorageError } from '../domain/errors.ts';
import type { Exclusion, SpecialKind, TreeEntry } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';

/** An entry of a folder under its name. */
export interface NamedEntry {
  readonly name: RawPath;
  readonly entry: TreeEntry;
}

const HEADER = 'tree 1\n';

/**
 * The canonical bytes of a folder: a header, then the entries in the order of their names' bytes, each ended by a NUL,
 * which no name has in it. docs/format.md describes them.
 * @param entries in the order of their names
 */
export function encodeTree(entries: readonly NamedEntry[]): Buffer {
  let text = HEADER;
  for (const { name, entry } of entries) text += lineOf(name, entry);
  return Buffer.from(text, 'latin1');
}

/**
 * @throws StorageError `tree_unknown` for a form that this version doesn't know; `tree_damaged` for a name that leads elsewhere, or
 *   an end that is none, as only somebody's own hand can have written it
 */
export function decodeTree(encoded: Uint8Array): NamedEntry[] {
  const text = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength).toString('latin1');
  if (!text.startsWith(HEADER)) throw unknownForm(text.slice(0, HEADER.length));
  const entries: NamedEntry[] = [];
  let at = HEADER.length;
  while (at < text.length) {
    const end = endOf(text, at);
    const line = text.slice(at, end);
    at = end + 1;
    if (!line.startsWith('l')) {
      entries.push(withPlainName(entryOf(line)));
      continue;
    }
    const targetEnd = endOf(text, at);
    const entry = { type: 'symlink', target: text.slice(at, targetEnd) } as const;
    entries.push(withPlainName({ name: line.slice(2), entry }));
    at = targetEnd + 1;
  }
  return entries;
}

/** Hex sha256: equal for equal folders, and for no others. */
export function hashOfTree(encoded: Uint8Array): string {
  return hash('sha256', encoded, 'hex');
}

/** What a folder's canonical bytes refer to: hashes of its folders and of its files' contents. */
export function childrenOf(encoded: Uint8Array): {
  readonly trees: readonly string[];
  readonly contents: readonly string[];
} {
  const trees: string[] = [];
  const contents: string[] = [];
  for (const { entry } of decodeTree(encoded)) {
    if (entry.type === 'directory') trees.push(entry.hash);
    else if (entry.type === 'file') contents.push(entry.hash);
  }
  return { trees, contents };
}

function lineOf(name: RawPath, entry: TreeEntry): string {
  if (entry.type === 'file') return `f ${octal(entry.mode)} ${entry.size} ${entry.hash} ${name}\0`;
  if (entry.type === 'directory') return `d ${octal(entry.mode)} ${entry.hash} ${name}\0`;
  if (entry.type === 'symlink') return `l ${name}\0${entry.target}\0`;
  if (entry.type === 'special') return `s ${octal(entry.mode)} ${entry.kind} ${name}\0`;
  return `x ${entry.reason} ${entry.was} ${name}\0`;
}

function entryOf(line: string): NamedEntry {
  const [type, first, second, third] = line.split(' ', 4) as [string, string, string, string];
  // A name can have spaces: it is all that follows the fields.
  const name = (...fields: string[]): string => line.slice(fields.join(' ').length + 1);
  if (type === 'f') {
    const entry = { type: 'file', mode: parseInt(first, 8), size: Number(second), hash: third } as const;
    return { name: name(type, first, second, third), entry };
  }
  const rest = name(type, first, second);
  if (type === 'd')
    return { name: rest, entry: { type: 'directory', mode: parseInt(first, 8), hash: second } };
  if (type === 's') {
    return { name: rest, entry: { type: 'special', mode: parseInt(first, 8), kind: second as SpecialKind } };
  }
  if (type !== 'x') throw unknownForm(line.slice(0, 1));
  const was = second as 'file' | 'directory' | 'other';
  return { name: rest, entry: { type: 'excluded', reason: first as Exclusion, was } };
}

/** Where the text that begins there ends. @throws StorageError `tree_damaged` */
function endOf(text: string, at: number): number {
  const end = text.indexOf('\0', at);
  if (end >= 0) return end;
  throw new StorageError('tree_damaged', 'a stored folder ends in the middle of an entry', {
    nextSteps: ['agents storage verify'],
  });
}

function withPlainName(named: NamedEntry): NamedEntry {
  const { name } = named;
  if (name !== '' && name !== '.' && name !== '..' && !name.includes('/')) return named;
  throw new StorageError('tree_damaged', 'a stored folder holds a name that no file can have', {
    hint: JSON.stringify(name),
    nextSteps: ['agents storage verify'],
  });
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function unknownForm(what: string): StorageError {
  return new StorageError('tree_unknown', 'a stored folder has a form that this version does not know', {
    hint: `it begins with ${JSON.stringify(what)}; a newer version of agents wrote it`,
  });
}
