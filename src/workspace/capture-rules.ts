import ignore, { type Ignore } from 'ignore';
import type { TreeEntry } from '../domain/file-state.ts';
import { textOfPath, type RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { decodeTree } from './tree-codec.ts';

/** The policy of what is left out: names of folders that can be made again, and `.agentsignore`. */
export class CaptureRules {
  readonly #excluded: ReadonlySet<string>;
  readonly #ignore: Ignore | null;

  constructor(exclude: readonly string[], ignoreText: string) {
    this.#excluded = new Set(exclude);
    this.#ignore =
      ignoreText.trim() === ''
        ? null
        : ignore({ ignorecase: false, allowRelativePaths: true }).add(ignoreText);
  }

  leavesOut(path: RawPath, name: RawPath, isFolder: boolean): boolean {
    if (isFolder && this.#excluded.has(textOfPath(name))) return true;
    return this.#ignore?.ignores(`${textOfPath(path)}${isFolder ? '/' : ''}`) ?? false;
  }
}

/** Which paths earlier trees hold. Asked only where a rule strikes, so only a few folders are read. */
export class KeptPaths {
  readonly #store: ObjectStore;
  readonly #trees: readonly string[];
  readonly #folders = new Map<string, ReadonlyMap<RawPath, TreeEntry>>();

  constructor(store: ObjectStore, trees: readonly string[]) {
    this.#store = store;
    this.#trees = trees;
  }

  /** True if one of the trees has captured what stands there. */
  has(path: RawPath): boolean {
    return this.#trees.some((tree) => this.#holds(tree, path.split('/')));
  }

  #holds(tree: string, names: readonly RawPath[]): boolean {
    let folder = tree;
    for (const [depth, name] of names.entries()) {
      const entry = this.#entries(folder).get(name);
      if (depth === names.length - 1) return entry !== undefined && entry.type !== 'excluded';
      if (entry?.type !== 'directory') return false;
      folder = entry.hash;
    }
    return false;
  }

  #entries(hash: string): ReadonlyMap<RawPath, TreeEntry> {
    let entries = this.#folders.get(hash);
    if (!entries) {
      entries = new Map(decodeTree(this.#store.readTree(hash)).map(({ name, entry }) => [name, entry]));
      this.#folders.set(hash, entries);
    }
    return entries;
  }
}
