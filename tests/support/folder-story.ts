import {
  appendFileSync,
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import * as fc from 'fast-check';
import { folderOf, type RawPath } from '../../src/domain/raw-path.ts';

/** One thing that somebody does to a folder. Paths as bytes. */
export type FolderMove =
  | { readonly do: 'write' | 'append'; readonly path: RawPath; readonly content: string }
  | { readonly do: 'truncate' | 'folder' | 'remove' | 'flash'; readonly path: RawPath }
  | { readonly do: 'chmod'; readonly path: RawPath; readonly mode: number }
  | { readonly do: 'move' | 'swap' | 'hardLink' | 'link'; readonly path: RawPath; readonly to: RawPath }
  /** Out of the workspace, or back into it. */
  | { readonly do: 'out' | 'in'; readonly path: RawPath; readonly slot: number }
  | { readonly do: 'many'; readonly path: RawPath; readonly count: number };

// Few, so that one move often meets what another made.
const names = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b') },
  { weight: 1, arbitrary: fc.constantFrom('\xff\n', 'out', '.git', 'ignored') },
);
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.constantFrom('', '1', '2', 'a line\n', 'x'.repeat(300));
const mode = fc.constantFrom(0o644, 0o600, 0o755, 0o4755);
const slot = fc.integer({ min: 0, max: 2 });
const as = <Name extends string>(...all: Name[]): fc.Arbitrary<Name> => fc.constantFrom(...all);

const move: fc.Arbitrary<FolderMove> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: as('write', 'append'), path, content }) },
  { weight: 6, arbitrary: fc.record({ do: as('truncate', 'folder', 'remove', 'flash'), path }) },
  { weight: 2, arbitrary: fc.record({ do: as('chmod'), path, mode }) },
  { weight: 8, arbitrary: fc.record({ do: as('move', 'swap', 'hardLink', 'link'), path, to: path }) },
  { weight: 4, arbitrary: fc.record({ do: as('out', 'in'), path, slot }) },
  { weight: 1, arbitrary: fc.record({ do: as('many'), path, count: fc.integer({ min: 1, max: 40 }) }) },
);

/** What happens between two looks. */
export const folderMoves = fc.array(move, { minLength: 1, maxLength: 5 });

/** What stands in the folder at first. */
export const FIRST_FILES = ['a/a/a', 'a/a/b', 'a/b/a', 'a/b/b', 'b/a/a', 'b/a/b', 'b/b'];

interface Place {
  /** Absolute. */
  bytesAt(path: RawPath): Buffer;
  /** A folder of tests beside the workspace. */
  readonly place: string;
}

/** Does it, as far as it can be done. */
export function makeMove(ws: Place, move: FolderMove): void {
  try {
    make(ws, move);
  } catch (error) {
    // What can't be done is left: nothing stands there, or something else stands on its way.
    if (!String((error as NodeJS.ErrnoException).code).startsWith('E')) throw error;
  }
}

function make(ws: Place, move: FolderMove): void {
  const at = ws.bytesAt(move.path);
  if (move.do === 'out') return renameSync(at, `${ws.place}/slot-${move.slot}`);
  if (move.do === 'in') {
    makeParents(ws, folderOf(move.path));
    return renameSync(`${ws.place}/slot-${move.slot}`, at);
  }
  if (move.do === 'remove') return rmSync(at, { recursive: true });
  if (move.do === 'chmod') return chmodSync(at, move.mode | (isFolder(at) ? 0o700 : 0));
  if (move.do === 'truncate') return isLink(at) ? undefined : truncateSync(at, 1);
  if (move.do === 'move') return renameSync(at, ws.bytesAt(move.to));
  if (move.do === 'hardLink') return linkSync(at, ws.bytesAt(move.to));
  if (move.do === 'swap') return swap(ws, at, ws.bytesAt(move.to));
  makeParents(ws, folderOf(move.path));
  return makeNew(ws, move, at);
}

function makeNew(ws: Place, move: FolderMove, at: Buffer): void {
  if (move.do === 'folder') {
    mkdirSync(at);
    return;
  }
  if (move.do === 'link') return symlinkSync(Buffer.from(move.to, 'latin1'), at);
  if (move.do === 'flash') {
    mkdirSync(at);
    writeFileSync(Buffer.concat([at, Buffer.from('/x')]), 'x');
    return rmSync(at, { recursive: true });
  }
  // Through a link this would write elsewhere.
  if (isLink(at)) return;
  if (move.do === 'write') writeFileSync(at, move.content);
  if (move.do === 'append') appendFileSync(at, move.content);
  if (move.do !== 'many') return;
  for (let n = 0; n < move.count; n += 1) {
    const folder = `${move.path}/m${n % 7}`;
    makeParents(ws, folder);
    writeFileSync(ws.bytesAt(`${folder}/${n}`), `${n}`);
  }
}

function swap(ws: Place, a: Buffer, b: Buffer): void {
  const between = `${ws.place}/between`;
  renameSync(a, between);
  try {
    renameSync(b, a);
  } finally {
    renameSync(between, b);
  }
}

function makeParents(ws: Place, folder: RawPath): void {
  if (folder === '') return;
  makeParents(ws, folderOf(folder));
  if (!isFolder(ws.bytesAt(folder))) mkdirSync(ws.bytesAt(folder));
}

const isLink = (at: Buffer): boolean => lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
const isFolder = (at: Buffer): boolean => lstatSync(at, { throwIfNoEntry: false })?.isDirectory() ?? false;
