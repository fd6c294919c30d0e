import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageError } from '../../src/domain/errors.ts';
import type { FileState } from '../../src/domain/file-state.ts';
import { folderOf, joinPath, type RawPath } from '../../src/domain/raw-path.ts';
import type { RestoreAction } from '../../src/domain/plan-restore.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';

/** What stands at a path of a test's tree; the content of a file as text, one character a byte. */
export type Node =
  | { readonly file: string; readonly mode?: number }
  | { readonly folder: number }
  | { readonly link: RawPath };
export type Tree = Readonly<Record<RawPath, Node>>;

export const hashOf = (content: string): string =>
  createHash('sha256').update(content, 'latin1').digest('hex');

export function stateOf(node: Node | undefined): FileState | null {
  if (node === undefined) return null;
  if ('folder' in node) return { type: 'directory', mode: node.folder };
  if ('link' in node) return { type: 'symlink', target: node.link };
  return { type: 'file', mode: node.mode ?? 0o644, size: node.file.length, hash: hashOf(node.file) };
}

/** What leads from one tree to another. */
export function actionsBetween(before: Tree, after: Tree): RestoreAction[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.flatMap((path) => {
    const [from, to] = [stateOf(before[path]), stateOf(after[path])];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
  });
}

/** Only what a restore asks of a store. */
export function storeOf(...trees: readonly Tree[]): ObjectStore {
  const contents = new Map<string, Buffer>();
  for (const node of trees.flatMap((tree) => Object.values(tree))) {
    if ('file' in node) contents.set(hashOf(node.file), Buffer.from(node.file, 'latin1'));
  }
  const copyContent = (hash: string, target: number): void => {
    const content = contents.get(hash);
    if (content === undefined) throw new StorageError('blob_missing', `Content ${hash} is missing`);
    writeSync(target, content);
  };
  return { copyContent } as unknown as ObjectStore;
}

const bytes = (workspace: string, path: RawPath): Buffer => Buffer.from(`${workspace}/${path}`, 'latin1');

/** A folder of its own under the system's temporary one, with `work` and `outside` in it. */
export function makePlace(): { place: string; workspace: string; outside: string; [Symbol.dispose](): void } {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'agents-restore-')));
  const [workspace, outside] = [join(place, 'work'), join(place, 'outside')];
  mkdirSync(workspace);
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'outside');
  return {
    place,
    workspace,
    outside,
    [Symbol.dispose]: () => rmSync(place, { recursive: true, force: true }),
  };
}

export function layOut(workspace: string, tree: Tree): void {
  const paths = Object.keys(tree).sort();
  for (const path of paths) {
    const node = tree[path] as Node;
    const target = bytes(workspace, path);
    if ('folder' in node) mkdirSync(target);
    else if ('link' in node) symlinkSync(Buffer.from(node.link, 'latin1'), target);
    else {
      writeFileSync(target, Buffer.from(node.file, 'latin1'));
      chmodSync(target, node.mode ?? 0o644);
    }
  }
  for (const path of paths.reverse()) {
    const node = tree[path] as Node;
    if ('folder' in node) chmodSync(bytes(workspace, path), node.folder);
  }
}

/** Everything that stands in a folder, as a test writes it down. */
export function readTree(workspace: string, folder: RawPath = ''): Record<RawPath, Node> {
  const found: Record<RawPath, Node> = {};
  for (const name of readdirSync(bytes(workspace, folder), { encoding: 'buffer' })) {
    const path = joinPath(folder, name.toString('latin1'));
    const target = bytes(workspace, path);
    const stat = lstatSync(target);
    const mode = stat.mode & 0o7777;
    if (stat.isDirectory()) Object.assign(found, { [path]: { folder: mode } }, readTree(workspace, path));
    else if (stat.isSymbolicLink()) found[path] = { link: readlinkSync(target, 'latin1') };
    else if (stat.isFile()) found[path] = { file: readFileSync(target, 'latin1'), mode };
    else found[path] = { file: 'special', mode };
  }
  return found;
}

/** A tree with every mode written out, to compare with what is read. */
export function exact(tree: Tree): Record<RawPath, Node> {
  const entries = Object.entries(tree).map(([path, node]): [RawPath, Node] =>
    'file' in node ? [path, { file: node.file, mode: node.mode ?? 0o644 }] : [path, node],
  );
  return Object.fromEntries(entries);
}

/** Adds the folders that a tree's paths need. */
export function withFolders(tree: Tree): Tree {
  const all: Record<RawPath, Node> = { ...tree };
  for (const path of Object.keys(tree)) {
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder))
      all[folder] ??= { folder: 0o755 };
  }
  return all;
}
