import { toPrintableLine } from '../../domain/printable.ts';

const MAX_CHARACTERS = 4096;
const MAX_LINE = 200;

/** The end of a stream that nobody sees unless something goes wrong. */
export class LastWords {
  #text = '';

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MAX_CHARACTERS);
  }

  /** Its last line that says anything; null if there is none. */
  get line(): string | null {
    const line = this.#text.trimEnd().split('\n').at(-1)?.trim() ?? '';
    return line === '' ? null : toPrintableLine(line.slice(0, MAX_LINE).toWellFormed());
  }
}
