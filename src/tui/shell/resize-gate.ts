import type { EventEmitter } from 'node:events';
import type { Schedule } from './shell-controller.ts';

const COALESCE_MS = 50;

export interface ResizeActions {
  /** The terminal has another size than the frame: nothing may be drawn until `apply`. */
  readonly hold: () => void;
  /** Draws everything for the size as it is now. */
  readonly apply: () => void;
}

/** Makes one repaint of all the sizes that a window has while it is drawn larger or smaller. */
export class ResizeGate implements Disposable {
  readonly #terminal: EventEmitter;
  readonly #schedule: Schedule;
  readonly #actions: ResizeActions;
  #cancel: (() => void) | null = null;

  constructor(terminal: EventEmitter, schedule: Schedule, actions: ResizeActions) {
    this.#terminal = terminal;
    this.#schedule = schedule;
    this.#actions = actions;
    terminal.on('resize', this.#onResize);
  }

  [Symbol.dispose](): void {
    this.#terminal.off('resize', this.#onResize);
    this.#cancel?.();
  }

  readonly #onResize = (): void => {
    this.#actions.hold();
    this.#cancel ??= this.#schedule(COALESCE_MS, () => {
      this.#cancel = null;
      this.#actions.apply();
    });
  };
}
