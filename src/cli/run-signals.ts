import type { RunHandle } from '../app/run-options.ts';
import type { CliIo, SignalName } from './cli-io.ts';
import type { Session } from './session.ts';

/** A second Ctrl-C this soon after the first cancels. */
const CANCEL_WITHIN_MS = 2000;
/** Two that come together are one press: the terminal tells a wrapper process and us. */
const ONE_PRESS_MS = 50;

export const EXIT_CODES: Readonly<Record<SignalName, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
export const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface RunSignals {
  /** The exit code of the first signal that came, null if none did. */
  readonly exitCode: () => number | null;
  /** The signals end the process again, as by default. */
  readonly off: () => void;
}

/** While a plan runs: a signal lets it rest at the next safe point, a second Ctrl-C soon after cancels it. */
export function steerBySignals(session: Session, handle: Pick<RunHandle, 'pause' | 'cancel'>): RunSignals {
  const { io, clock, output } = session;
  let first: SignalName | null = null;
  let lastPress = Number.NEGATIVE_INFINITY;
  const onSignal = (name: SignalName): void => {
    first ??= name;
    const sincePress = clock.elapsed() - lastPress;
    if (name === 'SIGINT' && sincePress < ONE_PRESS_MS) return;
    if (name === 'SIGINT') lastPress = clock.elapsed();
    // The terminal has shown ^C where the cursor was.
    if (name === 'SIGINT' && io.stderr.isTTY && !session.options.quiet) io.stderr.write('\n');
    if (name === 'SIGINT' && sincePress <= CANCEL_WITHIN_MS) {
      output.note('cancelling: the running tools are ended');
      handle.cancel(name);
      return;
    }
    output.note('pausing when the running step is done (Ctrl-C again within 2 s cancels the plan)');
    handle.pause(name);
  };
  const offs = SIGNALS.map((name) => io.onSignal(name, () => onSignal(name)));
  return {
    exitCode: () => (first === null ? null : EXIT_CODES[first]),
    off: () => offs.forEach((off) => off()),
  };
}

export interface SignalWatch {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came, null if none did. */
  readonly exitCode: () => number | null;
  readonly off: () => void;
}

/** For commands that only look or ask: a signal ends their waiting and changes nothing else. */
export function abortOnSignals(io: CliIo): SignalWatch {
  const controller = new AbortController();
  let first: SignalName | null = null;
  const offs = SIGNALS.map((name) =>
    io.onSignal(name, () => {
      first ??= name;
      controller.abort();
    }),
  );
  return {
    signal: controller.signal,
    exitCode: () => (first === null ? null : EXIT_CODES[first]),
    off: () => offs.forEach((off) => off()),
  };
}
