/** What fits into the log of a screen of 130 columns beside the plan. */
const WIDTH = 64;

/** Breaks long lines between words, as a text comes piece by piece: words of a model are paragraphs, and a log cuts long lines off. */
export class ProseLines {
  #column = 0;
  #word = '';

  /** The text with what of it can be told already. */
  take(piece: string): string {
    let told = '';
    for (const character of piece) {
      if (character !== ' ' && character !== '\n') {
        this.#word += character;
        continue;
      }
      told += this.#tellWord() + character;
      this.#column = character === '\n' ? 0 : this.#column + 1;
    }
    return told;
  }

  /** What is left. */
  end(): string {
    return this.#tellWord();
  }

  #tellWord(): string {
    const word = this.#word;
    const isOver = this.#column > 0 && this.#column + word.length > WIDTH;
    this.#word = '';
    this.#column = isOver ? word.length : this.#column + word.length;
    return isOver ? `\n${word}` : word;
  }
}

/** The same for a text that is whole. */
export function proseText(text: string): string {
  const lines = new ProseLines();
  return lines.take(text) + lines.end();
}
