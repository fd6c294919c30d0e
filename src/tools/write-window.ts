import type { Clock } from '../ports/clock.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { WorkspaceLock, WriteHolder } from '../ports/workspace-lock.ts';

/** Who opens a window; the window adds process and time. */
export type WindowOwner = Pick<WriteHolder, 'plan_id' | 'step_id' | 'call_id' | 'tool'>;

interface WriteWindowOptions {
  readonly lock: WorkspaceLock;
  /** Absolute real path. */
  readonly workspace: string;
  readonly process: ProcessIdentity;
  readonly clock: Clock;
  /** Hears for whom a write tool waits. */
  readonly onWaiting: (message: string) => void;
}

/**
 * The write window of one run: from before `on_tool_write` until after `on_tool_write_complete` of one call, one at a
 * time in a workspace. Checkpoints from outside wait here for the moment when no window is open.
 */
export class WriteWindow {
  readonly #options: WriteWindowOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #holder: WriteHolder | null = null;

  constructor(options: WriteWindowOptions) {
    this.#options = options;
  }

  /** The call whose window is open in this run, or null. */
  get holder(): WriteHolder | null {
    return this.#holder;
  }

  /** Runs `body` in a window of its own. @throws the signal's reason if it is aborted while waiting */
  run<T>(owner: WindowOwner, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      signal.throwIfAborted();
      const { lock, workspace, process, clock, onWaiting } = this.#options;
      const holder = { ...owner, process, since: new Date(clock.now()).toISOString() };
      const onWait = (other: WriteHolder): void => onWaiting(describeWait(owner, other));
      const held = await lock.acquire(workspace, holder, { signal, onWait });
      this.#holder = holder;
      try {
        return await body();
      } finally {
        this.#holder = null;
        await held.release();
      }
    });
  }

  /** Runs `body` while no window of this run is open, and lets none open meanwhile. */
  between<T>(body: () => Promise<T>): Promise<T> {
    return this.#inTurn(body);
  }

  #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(body, body);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function describeWait(owner: WindowOwner, other: WriteHolder): string {
  const who = `step ${other.step_id} (${other.tool}), pid ${other.process.pid}`;
  return `${owner.step_id} waits for the workspace, held by ${who} since ${other.since}`;
}
