import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { CliIo } from './cli-io.ts';

export interface LineOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** What is typed isn't shown. The terminal then sends no signals: Ctrl-C comes here. */
  readonly hidden?: { readonly onInterrupt: () => void };
}

/** Asks on stderr for one line of stdin, without blanks around it (a hidden one is taken as it is); null: there is no more. */
export async function typedLine(
  io: Pick<CliIo, 'stdin' | 'stderr'>,
  question: string,
  { signal, hidden }: LineOptions = {},
): Promise<string | null> {
  io.stderr.write(question);
  // Another reader may have seen its end already; it is told only once.
  if (io.stdin.readableEnded || signal?.aborted) return null;
  const input = io.stdin;
  const lines = createInterface(
    hidden ? { input, output: nowhere(), terminal: true, historySize: 0 } : { input, terminal: false },
  );
  const stop = (): void => lines.close();
  signal?.addEventListener('abort', stop, { once: true });
  if (hidden) {
    lines.on('SIGINT', () => {
      hidden.onInterrupt();
      stop();
    });
  }
  try {
    const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
    // Nobody has shown the Enter either.
    if (hidden) io.stderr.write('\n');
    return (hidden ? line : line?.trim()) ?? null;
  } finally {
    signal?.removeEventListener('abort', stop);
    lines.close();
  }
}

/** Where readline shows what is typed. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
