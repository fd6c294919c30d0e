import { toPrintable, toPrintableLine } from '../../domain/printable.ts';

/** Longer lines are shown by their beginning: nobody reads a megabyte in one row. */
const KEPT_CHARACTERS = 8192;
/** More than the note about the rest takes. */
const NOTE_CHARACTERS = 64;
const TAB_STOP = 8;

/** Some terminals give these a cell, others none; the ones that join emoji and marks stay. */
const UNSEEN = /(?!\u200C|\u200D|[\uFE00-\uFE0F])\p{Default_Ignorable_Code_Point}/gu;
/** Would be drawn onto whatever stands before the text. */
const CLINGS = /^(?:\p{Mark}|\u200C|\u200D)/u;

/** The beginning of a text, with the number of characters that are left out. A text bounded once stays as it is. */
export function boundText(text: string): string {
  if (text.length <= KEPT_CHARACTERS + NOTE_CHARACTERS) return text.toWellFormed();
  const more = text.length - KEPT_CHARACTERS;
  // Copied: a mere slice would keep the whole text in memory.
  const kept = Buffer.from(text.slice(0, KEPT_CHARACTERS)).toString();
  return `${kept} [${more} more characters]`;
}

function seal(text: string): string {
  const seen = text.replace(UNSEEN, '');
  return CLINGS.test(seen) ? ` ${seen}` : seen;
}

/** Any text as one row: nothing in it acts on the terminal, reorders the row or joins with what stands before it. */
export function safeText(text: string): string {
  return seal(toPrintableLine(boundText(text)));
}

/** A line of a tool's output: as `safeText`, with tabs as blanks up to the next stop. */
export function safeOutput(text: string): string {
  let added = 0;
  const expanded = boundText(text).replace(/\t/g, (_tab, offset: number) => {
    const blanks = TAB_STOP - ((offset + added) % TAB_STOP);
    added += blanks - 1;
    return ' '.repeat(blanks);
  });
  return seal(toPrintable(expanded).replaceAll('\n', '\\n'));
}

/** The first line of a text, safe. */
export function firstLine(text: string): string {
  return safeText(text.split('\n', 1)[0] as string);
}
