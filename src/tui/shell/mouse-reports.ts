import type { Pointed } from '../ui/pointed.ts';

/** Presses and the wheel are told, and in the form that knows no limit of columns. */
export const MOUSE_ON = '\u001B[?1000h\u001B[?1006h';
export const MOUSE_OFF = '\u001B[?1006l\u001B[?1000l';

const REPORT = /\u001B\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])/;
/** A report whose end is still to come. No key begins like this. */
const BEGUN = /\u001B\[<[\d;]{0,16}$/;
/** Shift, Alt and Ctrl, held meanwhile. */
const MODIFIERS = 4 + 8 + 16;
const WHATS: Readonly<Record<number, Pointed['what']>> = { 0: 'press', 64: 'wheel-up', 65: 'wheel-down' };

/** What was typed, or what the mouse did meanwhile. */
export type InputPiece = string | readonly Pointed[];

/** Parts what a terminal sends into what is typed and what the mouse did: a report never arrives as keys. */
export class MouseReports {
  #begun = '';

  /** The pieces of a chunk, in their order; none is empty. */
  readonly split = (chunk: string): readonly InputPiece[] => {
    const pieces: InputPiece[] = [];
    let rest = this.#begun + chunk;
    for (let found = REPORT.exec(rest); found; found = REPORT.exec(rest)) {
      addText(pieces, rest.slice(0, found.index));
      addPointed(pieces, pointedOf(found));
      rest = rest.slice(found.index + found[0].length);
    }
    this.#begun = BEGUN.exec(rest)?.[0] ?? '';
    addText(pieces, rest.slice(0, rest.length - this.#begun.length));
    return pieces;
  };
}

function addText(pieces: InputPiece[], text: string): void {
  if (text !== '') pieces.push(text);
}

/** What follows at once is told at once: a wheel is turned in many small steps. */
function addPointed(pieces: InputPiece[], pointed: Pointed | null): void {
  if (!pointed) return;
  const last = pieces.at(-1);
  if (last === undefined || typeof last === 'string') pieces.push([pointed]);
  else pieces[pieces.length - 1] = [...last, pointed];
}

/** null: a button was let go, or one that means nothing here. */
function pointedOf([, button, x, y, end]: RegExpExecArray): Pointed | null {
  const what = WHATS[Number(button) & ~MODIFIERS];
  return what === undefined || end === 'm'
    ? null
    : { kind: 'pointed', what, x: Number(x) - 1, y: Number(y) - 1 };
}
