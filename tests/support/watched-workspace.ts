import { existsSync, readFileSync } from 'node:fs';
import type { CapturedFiles, CaptureRequest } from '../../src/ports/workspace-files.ts';
import { CapturedWorkspace } from './captured-workspace.ts';

/** A workspace that is watched, and compared each time with what a scan finds that knows nothing. */
export class WatchedBench extends CapturedWorkspace {
  #last: string | null = null;
  /** How many paths the last capture looked at. */
  looked = 0;

  /** Captures as a run does; the last tree says what is kept. */
  async take(more: Partial<CaptureRequest> = {}): Promise<CapturedFiles> {
    const keep = this.#last === null ? [] : [this.#last];
    const count = (): number => (this.looked += 1);
    const signal = {
      reason: null,
      get aborted(): boolean {
        return count() < 0;
      },
    };
    this.looked = 0;
    const request = this.request({ watch: 'trust', keep, ...more });
    const captured = await this.engine.captureWatched(request, { signal });
    this.#last = captured.tree;
    return captured;
  }

  /** The truth: what a process finds that never saw the folder. */
  scanned(more: Partial<CaptureRequest> = {}): Pick<CapturedFiles, 'tree' | 'capture'> {
    const keep = this.#last === null ? [] : [this.#last];
    const { tree, capture } = this.open().capture(this.request({ keep, ...more }));
    return { tree, capture };
  }

  override [Symbol.dispose](): void {
    this.engine.close();
    super[Symbol.dispose]();
  }
}

/** Whether folders of tests can be watched here. Everything holds where they can't, only slower. */
export const CAN_WATCH = process.platform === 'linux' && existsSync('/proc/sys/fs/inotify');

/** What the system keeps of events that nobody reads. */
export const MAX_EVENTS = CAN_WATCH
  ? Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'))
  : 16_384;
