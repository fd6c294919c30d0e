import { createInterface } from 'node:readline';
import type { DecisionState } from '../domain/plan-state.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Prompter } from '../ports/prompter.ts';
import type { CliIo } from './cli-io.ts';
import { detailLines } from './decision-text.ts';
import type { Paint } from './paint.ts';

/** Asks on a terminal: numbered choices on stderr, one line from stdin. */
export class TerminalPrompter implements Prompter {
  readonly #io: Pick<CliIo, 'stdin' | 'stderr'>;
  readonly #paint: Paint;
  readonly #isQuestionTold: boolean;

  /** `isQuestionTold`: somebody else says the question and its choices; only the answer is asked for. */
  constructor(io: Pick<CliIo, 'stdin' | 'stderr'>, paint: Paint, isQuestionTold = false) {
    this.#io = io;
    this.#paint = paint;
    this.#isQuestionTold = isQuestionTold;
  }

  async ask(decision: DecisionState, signal: AbortSignal): Promise<string | null> {
    if (signal.aborted) return null;
    this.#say(this.#isQuestionTold ? this.#hint(decision) : this.#question(decision));
    // Not as a terminal: readline would take Ctrl-C for itself, and it is to pause the plan.
    const lines = createInterface({ input: this.#io.stdin, terminal: false });
    const stop = (): void => lines.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const line of lines) {
        const typed = line.trim();
        const choice = readChoice(decision, typed);
        if (choice !== null) return choice;
        const known = decision.options.map(({ id }) => toPrintableLine(id)).join(', ');
        if (typed !== '') this.#say(`${toPrintableLine(typed)} is none of: ${known}\n`);
        this.#say(this.#hint(decision));
      }
      return null;
    } finally {
      signal.removeEventListener('abort', stop);
      lines.close();
    }
  }

  #question(decision: DecisionState): string {
    const title =
      decision.step_id === null ? '' : this.#paint('dim', ` (${toPrintableLine(decision.step_id)})`);
    const rows = decision.options.map(({ id, description }, index) => {
      const about = description === null ? '' : this.#paint('dim', `  ${toPrintableLine(description)}`);
      return `  ${index + 1}  ${toPrintableLine(id)}${about}\n`;
    });
    const asked = this.#paint('attention', `? ${toPrintableLine(decision.question)}`);
    const detail = detailLines(decision).map((line) => `${line}\n`);
    return `${asked}${title}\n${detail.join('')}${rows.join('')}${this.#hint(decision)}`;
  }

  #hint(decision: DecisionState): string {
    const { options } = decision;
    const fallback = decision.default ?? null;
    const taken = fallback === null ? '' : ` [${toPrintableLine(fallback)}]`;
    if (options.length === 0) return `Your answer${taken}: `;
    return options.length === 1
      ? `Type 1, then Enter${taken}: `
      : `Type 1 to ${options.length} or a name, then Enter${taken}: `;
  }

  #say(text: string): void {
    this.#io.stderr.write(text);
  }
}

/** The option that was typed, by number or id; the default for an empty line; null if it is none. */
function readChoice({ options, default: fallback = null }: DecisionState, typed: string): string | null {
  if (typed === '' && fallback !== null) return fallback;
  if (options.length === 0) return typed === '' ? null : typed;
  const byId = options.find(({ id }) => id === typed);
  const byNumber = /^[0-9]{1,4}$/.test(typed) ? options[Number(typed) - 1] : undefined;
  return (byId ?? byNumber)?.id ?? null;
}
