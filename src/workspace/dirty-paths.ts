import type { RawPath } from '../domain/raw-path.ts';

/** What is to be done with a name in a folder: look at all of it, or only at some places below it. */
export type Dirty = 'all' | DirtyPaths;

/** Places of a workspace that may not be any more what they were at the last look. */
export class DirtyPaths {
  readonly #names = new Map<RawPath, Dirty>();

  /** This path, with all below it. Not '': who doubts all of it scans. */
  add(path: RawPath): void {
    const slash = path.indexOf('/');
    if (slash < 0) {
      this.#names.set(path, 'all');
      return;
    }
    const name = path.slice(0, slash);
    let below = this.#names.get(name);
    if (below === 'all') return;
    if (!below) this.#names.set(name, (below = new DirtyPaths()));
    below.add(path.slice(slash + 1));
  }

  get size(): number {
    return this.#names.size;
  }

  /** undefined: nothing there or below it. */
  at(name: RawPath): Dirty | undefined {
    return this.#names.get(name);
  }

  names(): Iterable<RawPath> {
    return this.#names.keys();
  }

  /** True if a path, or one that it is below, was added. */
  has(path: RawPath): boolean {
    return this.#find(path) === 'all';
  }

  /** True if something below a path was added, and not the path itself. */
  hasBelow(path: RawPath): boolean {
    return typeof this.#find(path) === 'object';
  }

  #find(path: RawPath): Dirty | undefined {
    const slash = path.indexOf('/');
    if (slash < 0) return this.#names.get(path);
    const below = this.#names.get(path.slice(0, slash));
    return typeof below === 'object' ? below.#find(path.slice(slash + 1)) : below;
  }
}
