/** A line of text with the place where the next character goes, in UTF-16 units. */
export interface EditedText {
  readonly text: string;
  readonly cursor: number;
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The places where a cursor can be: never within what is seen as one character. */
function stops(text: string): readonly number[] {
  return [...Array.from(GRAPHEMES.segment(text), ({ index }) => index), text.length];
}

const stopBefore = ({ text, cursor }: EditedText): number =>
  stops(text).findLast((stop) => stop < cursor) ?? 0;
const stopAfter = ({ text, cursor }: EditedText): number =>
  stops(text).find((stop) => stop > cursor) ?? text.length;

/** Writes at the cursor; line breaks and tabs become blanks, since it is one line. */
export function insertText({ text, cursor }: EditedText, added: string): EditedText {
  const line = added.replace(/[\r\n\t]+/g, ' ');
  return { text: text.slice(0, cursor) + line + text.slice(cursor), cursor: cursor + line.length };
}

function removeBetween({ text }: EditedText, from: number, to: number): EditedText {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

export const toLeft = (edited: EditedText): EditedText => ({ ...edited, cursor: stopBefore(edited) });
export const toRight = (edited: EditedText): EditedText => ({ ...edited, cursor: stopAfter(edited) });
export const toStart = (edited: EditedText): EditedText => ({ ...edited, cursor: 0 });
export const toEnd = (edited: EditedText): EditedText => ({ ...edited, cursor: edited.text.length });
export const rubOut = (edited: EditedText): EditedText =>
  removeBetween(edited, stopBefore(edited), edited.cursor);
export const deleteNext = (edited: EditedText): EditedText =>
  removeBetween(edited, edited.cursor, stopAfter(edited));
export const clearBefore = (edited: EditedText): EditedText => removeBetween(edited, 0, edited.cursor);

/** The blanks before the cursor and the word before them. */
export function rubOutWord(edited: EditedText): EditedText {
  const from = edited.text.slice(0, edited.cursor).search(/\S*\s*$/);
  return removeBetween(edited, from, edited.cursor);
}

type TextChange = (edited: EditedText) => EditedText;

/** The handlers of the keys that edit a line, made by whoever knows where the line stands. */
export function editingKeys<Handler>(by: (change: TextChange) => Handler) {
  return {
    'input-left': by(toLeft),
    'input-right': by(toRight),
    'input-home': by(toStart),
    'input-end': by(toEnd),
    'input-rub-out': by(rubOut),
    'input-delete': by(deleteNext),
    'input-rub-out-word': by(rubOutWord),
    'input-clear': by(clearBefore),
  } as const;
}
