import { mkdirSync, readdirSync, rmSync, watch as systemWatch, writeFileSync, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { RawPath } from '../../domain/raw-path.ts';
import { errnoOf } from '../file-stat.ts';
import { describeFault } from './watch-support.ts';

export interface EventQueueOptions {
  /** A folder for cookies, made if need be. Several processes may share it. */
  readonly folder: string;
  /** How many events the system keeps for a thread that doesn't read them. */
  readonly maxEvents: number;
  /** How long a cookie may take, milliseconds. */
  readonly patienceMs?: number;
  /** The system's, but for tests. */
  readonly watch?: Watch;
}

/** Calls back with each event until it is closed. @throws the system's error */
export type Watch = (
  path: string | Buffer,
  options: { readonly persistent: false; readonly encoding: 'latin1' },
  listener: (event: 'rename' | 'change', name: string | null) => void,
) => FSWatcher;

const PATIENCE_MS = 100;

/**
 * The one queue of this thread's events: Node has one inotify instance for each event loop, and the system puts what happens
 * to any of its watches into one line. So a file written after a change is told of after the change, wherever both stand.
 *
 * Of a queue that overflows nothing is heard (libuv drops the event that says so). docs/format.md tells why counting what is
 * heard is enough. It counts on this: no watch is closed by whoever goes on to believe in the count.
 */
export class EventQueue {
  readonly #folder: string;
  readonly #half: number;
  readonly #patienceMs: number;
  readonly #watch: Watch;
  readonly #waiting = new Map<string, () => void>();
  #watcher: FSWatcher | null = null;
  #count = 0;
  #losses = 0;
  #lastCookie = 0;
  #fault: string | null = null;

  constructor({ folder, maxEvents, patienceMs = PATIENCE_MS, watch = systemWatch }: EventQueueOptions) {
    this.#watch = watch;
    this.#folder = folder;
    this.#half = maxEvents / 2;
    this.#patienceMs = patienceMs;
  }

  /** Changes whenever something may have been lost. What was known before is not believed any more. */
  get losses(): number {
    return this.#losses;
  }

  /** Why no cookie can be heard, for longer than a moment; null: nothing is known against it. */
  get fault(): string | null {
    return this.#fault;
  }

  /** So much was heard since the last cookie that it need not be looked at one by one. */
  get isCrowded(): boolean {
    return this.#count >= this.#half;
  }

  /** Watches one folder; each event counts. Names as bytes. @throws the system's error */
  watch(folder: string | Buffer, hear: (isOther: boolean, name: RawPath | null) => void): FSWatcher {
    return this.#watch(folder, { persistent: false, encoding: 'latin1' }, (event, name) => {
      this.#count += 1;
      hear(event === 'rename', name);
    });
  }

  lose(): void {
    this.#losses += 1;
  }

  /** True once all that happened before the call has been heard; false: it is not known whether it has. */
  async settle(): Promise<boolean> {
    const name = `${process.pid}-${threadId}-${(this.#lastCookie += 1)}`;
    let isHeard = false;
    try {
      this.#open();
      const heard = new Promise<void>((resolve) => {
        this.#waiting.set(name, () => {
          isHeard = true;
          resolve();
        });
      });
      const cookie = join(this.#folder, name);
      writeFileSync(cookie, '', { mode: 0o600 });
      rmSync(cookie, { force: true });
      await this.#untilLate(heard);
    } catch {
      // No room, no rights, no watch left: then nothing is known.
    }
    this.#waiting.delete(name);
    if (!isHeard) {
      this.close();
      return false;
    }
    if (this.isCrowded) this.lose();
    this.#count = 0;
    return true;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    this.lose();
  }

  /** @throws the system's error */
  #open(): void {
    if (this.#watcher) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    // What a killed process left; of a living one the event is on its way already.
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name), { force: true });
    try {
      this.#watcher = this.watch(this.#folder, (_, name) => this.#waiting.get(name ?? '')?.());
    } catch (error) {
      this.#fault = describeFault(errnoOf(error) ?? '');
      throw error;
    }
    // It only says that nothing more will be heard: then cookies are late.
    this.#watcher.on('error', () => this.lose());
  }

  /** Ends behind all events that lie there by then. */
  async #untilLate(heard: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, this.#patienceMs);
    await Promise.race([heard, late.promise]);
    clearTimeout(timer);
    // Timers come before events: one that is there already still counts.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
