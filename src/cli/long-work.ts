import { toPrintableLine } from '../domain/printable.ts';
import type { RollbackOptions } from '../ports/rollback-control.ts';
import { explainThrown, type ErrorReport } from './error-report.ts';
import { abortOnSignals } from './run-signals.ts';
import type { CommandResult, Session } from './session.ts';

/** Nobody is told of work that is done this soon. */
const QUIET_MS = 500;
/** A terminal's line can be written over; elsewhere each word stays. */
const NEXT_LINE_MS = 5000;
const CLEAR_LINE = '\r\u001B[2K';

/** Shows on stderr what long work is at: one line that changes on a terminal, now and then a line elsewhere. */
class ProgressLine {
  readonly #session: Session;
  readonly #started: number;
  readonly #wake = new AbortController();
  #latest: string | null = null;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(session: Session) {
    this.#session = session;
    this.#started = session.clock.elapsed();
    // What says one word and then works for long is heard too.
    void session.clock.sleep(QUIET_MS, this.#wake.signal).then(
      () => this.#show(),
      () => undefined,
    );
  }

  say(message: string): void {
    this.#latest = message;
    this.#show();
  }

  end(): void {
    this.#wake.abort();
    if (this.#isOpen) this.#session.io.stderr.write(CLEAR_LINE);
  }

  #show(): void {
    const { clock, io, options, output } = this.#session;
    const now = clock.elapsed();
    if (this.#latest === null || options.quiet || now - this.#started < QUIET_MS) return;
    if (io.stderr.isTTY) {
      const line = toPrintableLine(this.#latest).slice(0, Math.max(1, io.stderr.columns - 1));
      io.stderr.write(CLEAR_LINE + output.notePaint('dim', line));
      this.#isOpen = true;
    } else if (now - this.#shownAt >= NEXT_LINE_MS) {
      output.note(this.#latest);
      this.#shownAt = now;
    }
  }
}

/** Work that can take long: Ctrl-C ends it where nothing is half done. @throws StoppedBySignal, and what the work throws */
export async function workLong<T>(
  session: Session,
  work: (options: RollbackOptions) => Promise<T>,
): Promise<T> {
  const watch = abortOnSignals(session.io);
  const progress = new ProgressLine(session);
  try {
    return await work({ signal: watch.signal, onProgress: (message) => progress.say(message) });
  } catch (thrown) {
    const exitCode = watch.exitCode();
    if (exitCode === null) throw thrown;
    throw new StoppedBySignal(exitCode, thrown === watch.signal.reason ? null : thrown);
  } finally {
    progress.end();
    watch.off();
  }
}

/** A signal ended the work. */
export class StoppedBySignal extends Error {
  readonly exitCode: number;

  /** @param cause what the work threw by it; null if it just ended */
  constructor(exitCode: number, cause: unknown) {
    super('interrupted', { cause });
    this.name = 'StoppedBySignal';
    this.exitCode = exitCode;
  }
}

/** The answer of a command whose work may be ended by a signal. */
export async function untilStopped(run: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await run();
  } catch (thrown) {
    if (!(thrown instanceof StoppedBySignal)) throw thrown;
    return { data: null, exitCode: thrown.exitCode, error: reportOf(thrown) };
  }
}

function reportOf({ cause, exitCode }: StoppedBySignal): ErrorReport {
  if (cause !== null) {
    const { code, message, hint, nextSteps, faults } = explainThrown(cause);
    if (code !== 'ABORT_ERR' && code !== '20')
      return { code, message, hint, nextSteps, faults, exitCode, stack: null };
  }
  const hint = 'it was stopped before it changed anything';
  return {
    code: 'interrupted',
    message: 'interrupted',
    hint,
    nextSteps: [],
    faults: [],
    exitCode,
    stack: null,
  };
}
