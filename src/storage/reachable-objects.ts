import type { ObjectReader } from './object-reader.ts';

/** The hashes in one folder's bytes. */
export type ChildrenOf = (encoded: Uint8Array) => {
  readonly trees: readonly string[];
  readonly contents: readonly string[];
};

/** What stays: trees with all that is below them, and contents. */
export class ReachableObjects {
  readonly #reader: ObjectReader;
  readonly #childrenOf: ChildrenOf;
  readonly #trees = new Set<string>();
  readonly #contents: Set<string>;

  /** @param mentioned hashes of anything, also of trees */
  constructor(reader: ObjectReader, childrenOf: ChildrenOf, mentioned: ReadonlySet<string>) {
    this.#reader = reader;
    this.#childrenOf = childrenOf;
    this.#contents = new Set(mentioned);
  }

  hasTree(hash: string): boolean {
    return this.#trees.has(hash);
  }

  hasContent(hash: string): boolean {
    return this.#contents.has(hash);
  }

  /** Those of these that are trees, and all below them; yields after each tree. @throws StorageError `tree_damaged` */
  *mark(hashes: Iterable<string>): Generator<number> {
    const waiting = [...hashes];
    for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
      const stored = this.#trees.has(hash) ? undefined : this.#reader.treeRow(hash);
      if (!stored) continue;
      const { trees, contents } = this.#childrenOf(this.#reader.tree(hash, stored));
      this.#trees.add(hash);
      for (const content of contents) this.#contents.add(content);
      waiting.push(...trees);
      yield this.#trees.size;
    }
  }

  /** As mark, all at once. */
  markNow(hash: string): void {
    for (const _ of this.mark([hash]));
  }

  /**
   * Trees that are to go, parents before children: as long as one is there, all below it is too, whenever somebody
   * looks and wherever it is broken off.
   */
  parentsFirst(doomed: ReadonlySet<string>): readonly string[] {
    const done: string[] = [];
    const seen = new Set<string>();
    for (const start of doomed) {
      const path = seen.has(start) ? [] : [this.#enter(start, doomed, seen)];
      for (let place = path.at(-1); place; place = path.at(-1)) {
        const next = place.children.pop();
        if (next === undefined) done.push((path.pop() as typeof place).hash);
        else if (!seen.has(next)) path.push(this.#enter(next, doomed, seen));
      }
    }
    return done.toReversed();
  }

  #enter(
    hash: string,
    doomed: ReadonlySet<string>,
    seen: Set<string>,
  ): { readonly hash: string; readonly children: string[] } {
    seen.add(hash);
    const trees = this.#childrenOrNone(hash);
    return { hash, children: trees.filter((tree) => doomed.has(tree)) };
  }

  /** A tree that nothing refers to may be damaged: nobody can come to what is below it. */
  #childrenOrNone(hash: string): readonly string[] {
    const stored = this.#reader.treeRow(hash);
    try {
      return stored ? this.#childrenOf(this.#reader.tree(hash, stored)).trees : [];
    } catch {
      return [];
    }
  }
}
