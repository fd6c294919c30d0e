import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { AgentsError } from '../domain/errors.ts';
import type { Exclusion } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CaptureLimits } from '../ports/workspace-files.ts';
import type { CaptureBudget } from './capture-budget.ts';
import { onDisk } from './disk-path.ts';
import { errnoOf, isGone, typeOf } from './file-stat.ts';

/** Up to here a file is read at once, beyond it in pieces by the store. */
const AT_ONCE = 1024 * 1024;

/**
 * A file that changed so short before it was read may change again without its ctime telling, because the file system's clock
 * stands still for a tick (1 to 10 ms on Linux). Such a file is read again by the next scan. The ctime alone is asked: nobody
 * can set it, and every write moves it.
 */
const CLOCK_TICK_NS = 50_000_000n;

/** Never through a link, and without waiting for whoever is at the other end of what is no file any more. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export type Reading =
  | {
      readonly is: 'read';
      readonly hash: string;
      readonly stat: BigIntStats;
      readonly settled: boolean;
      /** The store hadn't got it. */
      readonly isNew: boolean;
    }
  | { readonly is: 'left out'; readonly reason: Exclusion }
  /** It is not what it was a moment ago. */
  | { readonly is: 'changed' };

interface Content {
  readonly hash: string;
  readonly size: number;
  readonly isNew: boolean;
}

const CHANGED: Reading = { is: 'changed' };

/** One for all readers of a thread: a file is read and stored in one go. A new one each time keeps the collector busy. */
let sharedBuffer: Buffer | null = null;

/** Reads files into the store, within what a capture may store. */
export class ContentReader {
  readonly #store: ObjectStore;
  readonly #limits: CaptureLimits;
  readonly #budget: CaptureBudget;
  readonly #buffer = (sharedBuffer ??= Buffer.allocUnsafeSlow(AT_ONCE + 1));

  constructor(store: ObjectStore, limits: CaptureLimits, budget: CaptureBudget) {
    this.#store = store;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** @param must whether the limits count for nothing */
  read(path: RawPath, seen: BigIntStats, must: boolean): Reading {
    if (!must && this.isTooLarge(seen)) return { is: 'left out', reason: 'file_limit' };
    let file: number;
    try {
      file = openSync(onDisk(path), OPEN_FLAGS);
    } catch (error) {
      // ELOOP: a link by now. ENXIO: a socket by now.
      const changed = isGone(error) || ['ELOOP', 'EMLINK', 'ENXIO'].includes(errnoOf(error) ?? '');
      return changed ? CHANGED : { is: 'left out', reason: 'unreadable' };
    }
    try {
      return isSameFile(fstatSync(file, { bigint: true }), seen) ? this.#readOpen(file, seen, must) : CHANGED;
    } finally {
      closeSync(file);
    }
  }

  /** Opens what is most likely a file, to save a look before; null if anything stands in the way, as for a link. */
  open(path: RawPath): number | null {
    try {
      return openSync(onDisk(path), OPEN_FLAGS);
    } catch {
      return null;
    }
  }

  /** The same of a file that is open. @param seen its own stat */
  readOpen(file: number, seen: BigIntStats, must: boolean): Reading {
    if (!must && this.isTooLarge(seen)) return { is: 'left out', reason: 'file_limit' };
    return this.#readOpen(file, seen, must);
  }

  isTooLarge({ size }: BigIntStats): boolean {
    return size > BigInt(this.#limits.file);
  }

  #readOpen(file: number, seen: BigIntStats, must: boolean): Reading {
    const startedNs = BigInt(Date.now()) * 1_000_000n;
    const content =
      seen.size > AT_ONCE ? this.#readLarge(file, seen, must) : this.#readSmall(file, seen, must);
    if (typeof content === 'string') return { is: 'left out', reason: content };
    const { hash, size, isNew } = content;
    const stat = fstatSync(file, { bigint: true });
    if (!isSameFile(stat, seen) || stat.size !== BigInt(size)) return CHANGED;
    return { is: 'read', hash, stat, isNew, settled: isSettled(stat, startedNs) };
  }

  #readSmall(file: number, seen: BigIntStats, must: boolean): Content | Exclusion {
    let size: number;
    try {
      size = fill(this.#buffer, file, Number(seen.size));
    } catch {
      return 'unreadable';
    }
    const content = this.#buffer.subarray(0, size);
    const key = hash('sha256', content, 'hex');
    const refused = must ? null : this.#budget.refuses(size);
    if (refused !== null) return this.#store.hasContent(key) ? { hash: key, size, isNew: false } : refused;
    // Content that was in the store already costs nothing.
    const isNew = this.#store.putContent(key, content);
    if (isNew) this.#budget.spend(size);
    return { hash: key, size, isNew };
  }

  #readLarge(file: number, seen: BigIntStats, must: boolean): Content | Exclusion {
    // Whether the store has it already is known only when it is read; over the limits it isn't.
    const refused = must ? null : this.#budget.refuses(Number(seen.size));
    if (refused !== null) return refused;
    const content = putLarge(this.#store, file);
    if (content === null) return 'unreadable';
    if (content.isNew) this.#budget.spend(content.size);
    return content;
  }
}

/** Whether every later write would give the file another ctime than it had at that time. */
export function isSettled({ ctimeNs }: BigIntStats, atNs: bigint): boolean {
  return ctimeNs < atNs - CLOCK_TICK_NS;
}

/** Null if the file can't be read; what the store has to complain of is thrown. */
function putLarge(store: ObjectStore, file: number): ReturnType<ObjectStore['putLargeContent']> | null {
  try {
    return store.putLargeContent(file);
  } catch (error) {
    if (error instanceof AgentsError) throw error;
    return null;
  }
}

/** Reads up to the end. What has the expected size, and still has it afterwards, needn't be asked for more. */
function fill(buffer: Buffer, file: number, expected: number): number {
  let size = 0;
  for (;;) {
    const count = readSync(file, buffer, size, buffer.length - size, null);
    size += count;
    if (count === 0 || size === buffer.length || size === expected) return size;
  }
}

/** True for the same file, which nobody has written to in between. */
export function isSameFile(now: BigIntStats, seen: BigIntStats): boolean {
  return (
    typeOf(now) === 'file' &&
    now.ino === seen.ino &&
    now.dev === seen.dev &&
    now.size === seen.size &&
    now.mtimeNs === seen.mtimeNs &&
    now.ctimeNs === seen.ctimeNs
  );
}
