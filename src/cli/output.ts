import { toPrintable } from '../domain/printable.ts';
import type { CliIo } from './cli-io.ts';
import { createPaint, type Paint } from './paint.ts';

/**
 * Where a command says things: data on stdout, all else on stderr. Nothing that came from outside (names, output of
 * tools, messages) can steer the terminal: whoever adds colour makes the text printable first.
 */
export interface Output {
  readonly paint: Paint;
  /** Colours for stderr. */
  readonly notePaint: Paint;
  /** Data: one or more lines. */
  readonly print: (text: string) => void;
  /** Whether whoever reads the data keeps up, see TextSink. */
  readonly room: () => Promise<void> | null;
  /** For the person, not for programs: on stderr, and in `messages` of the JSON answer. Nothing under `--quiet`. */
  readonly note: (text: string) => void;
  /** On stderr whatever the flags say. */
  readonly complain: (text: string) => void;
  readonly messages: readonly string[];
}

export interface OutputOptions {
  readonly quiet: boolean;
  readonly noColor: boolean;
}

export function createOutput(io: CliIo, options: OutputOptions): Output {
  const messages: string[] = [];
  const notePaint = createPaint(io.env, io.stderr.isTTY, options.noColor);
  return {
    paint: createPaint(io.env, io.stdout.isTTY, options.noColor),
    notePaint,
    print: (text) => io.stdout.write(`${text}\n`),
    room: () => io.stdout.room?.() ?? null,
    note: (text) => {
      const line = toPrintable(text);
      messages.push(line);
      if (!options.quiet) io.stderr.write(`${notePaint('dim', line)}\n`);
    },
    complain: (text) => io.stderr.write(`${text}\n`),
    messages,
  };
}
