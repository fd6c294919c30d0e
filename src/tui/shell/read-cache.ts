import { toErrorValue, type ErrorValue } from '../../domain/errors.ts';

export interface ReadCacheDeps<Wanted, Value> {
  readonly keyOf: (wanted: Wanted) => string;
  readonly read: (wanted: Wanted) => Promise<Value>;
  /** Called when one that was asked for is there. */
  readonly onRead: () => void;
  /** So many are kept at the same time. */
  readonly kept: number;
  /** True while frames are made that nobody will see: what they ask for isn't read. */
  readonly isPassing: () => boolean;
}

/** What was looked at lately and has to be read: asked for by frames, which never wait. */
export class ReadCache<Wanted, Value> {
  readonly #deps: ReadCacheDeps<Wanted, Value>;
  /** In the order of their last use. */
  readonly #read = new Map<string, Value | ErrorValue | undefined>();

  constructor(deps: ReadCacheDeps<Wanted, Value>) {
    this.#deps = deps;
  }

  /** What was wanted, or the error that reading it gave; undefined while it is being read. */
  readonly get = (wanted: Wanted): Value | ErrorValue | undefined => {
    const key = this.#deps.keyOf(wanted);
    const isKnown = this.#read.has(key);
    if (!isKnown && this.#deps.isPassing()) return undefined;
    const value = this.#read.get(key);
    this.#read.delete(key);
    this.#read.set(key, value);
    if (isKnown) return value;
    const oldest = [...this.#read.keys()].slice(0, Math.max(0, this.#read.size - this.#deps.kept));
    for (const one of oldest) this.#read.delete(one);
    void this.#fetch(key, wanted);
    return undefined;
  };

  async #fetch(key: string, wanted: Wanted): Promise<void> {
    const value = await this.#deps.read(wanted).catch(toErrorValue);
    // It was pushed out while it was read: nobody looks at it any more.
    if (!this.#read.has(key)) return;
    this.#read.set(key, value);
    this.#deps.onRead();
  }
}
