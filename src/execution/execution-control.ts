/** Why a run is to rest or end before its plan has. */
export interface Intent {
  readonly kind: 'pause' | 'waiting' | 'checkpoint_failed' | 'stop' | 'cancel';
  /** Who or what asked, for the history: `SIGINT`, `pid 123`, ... */
  readonly by: string;
}

const STRENGTH: readonly Intent['kind'][] = ['waiting', 'pause', 'checkpoint_failed', 'stop', 'cancel'];

/** Thrown through the running steps of a tree when it is to rest: no step fails by it. */
export class Interruption extends Error {
  readonly intent: Intent;
  /** Stands in the history as the error of a call that was ended by it. */
  readonly code: string;

  constructor(intent: Intent, cause?: unknown) {
    super(`interrupted: ${intent.kind} by ${intent.by}`, cause === undefined ? undefined : { cause });
    this.name = 'Interruption';
    this.intent = intent;
    this.code = `interrupted_by_${intent.kind}`;
  }
}

/** What has been asked of one run. A stronger wish replaces a weaker one, never the other way round. */
export class ExecutionControl {
  #intent: Intent | null = null;
  readonly #interrupt = new AbortController();
  readonly #abort = new AbortController();

  get intent(): Intent | null {
    return this.#intent;
  }

  /** Aborted by any wish: for those who only wait. */
  get interruptSignal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** Aborted by stop and cancel only: for running tools. Its reason is an `Interruption`. */
  get abortSignal(): AbortSignal {
    return this.#abort.signal;
  }

  ask(intent: Intent): void {
    if (this.#intent && STRENGTH.indexOf(this.#intent.kind) >= STRENGTH.indexOf(intent.kind)) return;
    this.#intent = intent;
    this.#interrupt.abort(new Interruption(intent));
    if (intent.kind === 'stop' || intent.kind === 'cancel') this.#abort.abort(new Interruption(intent));
  }
}
