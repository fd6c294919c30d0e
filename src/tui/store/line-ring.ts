import type { LiveLine } from '../../ports/output-source.ts';
import { boundText } from '../lines/safe-text.ts';
import type { CallOutput } from './plan-view.ts';
import { KEPT_LINES } from './plan-view.ts';

/** The last lines of one call's output. */
export class LineRing {
  #lines: LiveLine[] = [];
  #dropped = 0;
  #value: CallOutput | null = null;

  /** `dropped`: lines before these that nobody keeps any more. */
  add(lines: readonly LiveLine[], dropped: number): void {
    this.#dropped += dropped;
    for (const { stream, text } of lines) {
      this.#lines.push({ stream, text: boundText(text) });
      // Trimmed now and then only, so that a line costs the same however many there are.
      if (this.#lines.length >= 2 * KEPT_LINES) this.#trim();
    }
    this.#value = null;
  }

  /** What is kept; the same object until something is added. */
  value(): CallOutput {
    this.#trim();
    this.#value ??= { lines: [...this.#lines], dropped: this.#dropped };
    return this.#value;
  }

  #trim(): void {
    const excess = this.#lines.length - KEPT_LINES;
    if (excess <= 0) return;
    this.#lines = this.#lines.slice(excess);
    this.#dropped += excess;
  }
}
