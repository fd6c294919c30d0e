import type { Redactor } from './redaction.ts';

/** A line longer than this (characters) comes in pieces. */
export const MAX_LINE_LENGTH = 64 * 1024;

/** Live output on its way to a screen. */
export interface LineRedactor {
  /** A piece as it came from the process: any length, cut anywhere. */
  write(chunk: string): void;
  /** The output has ended: what is left of the last line goes out. */
  end(): void;
}

/**
 * Redacts live output line by line, so that a secret that arrives in two pieces is seen whole before any of it is shown.
 * @param onLine gets each line, redacted, without its line feed
 */
export function createLineRedactor(redactor: Redactor, onLine: (line: string) => void): LineRedactor {
  let rest = '';
  const sayPieces = (): void => {
    while (rest.length > MAX_LINE_LENGTH) {
      const cut = redactor.cut(rest, MAX_LINE_LENGTH);
      onLine(redactor.text(rest.slice(0, cut)));
      rest = rest.slice(cut);
    }
  };
  return {
    write(chunk) {
      const lines = (rest + chunk).split('\n');
      for (const [index, line] of lines.entries()) {
        rest = line;
        sayPieces();
        // What follows the last line feed may go on.
        if (index < lines.length - 1) onLine(redactor.text(rest));
      }
    },
    end() {
      if (rest !== '') onLine(redactor.text(rest));
      rest = '';
    },
  };
}
