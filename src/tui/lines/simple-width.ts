/**
 * Characters that are one cell wide by themselves, whatever stands beside them in a text of their kind: ASCII, Latin-1
 * without its controls and the soft hyphen, punctuation, arrows, mathematics, box drawing, blocks, geometric shapes, check
 * marks, braille. Combining marks, joiners and variation selectors, which change their neighbours, are none of them.
 */
const SIMPLE =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u00FF\u2010-\u2027\u2030-\u203B\u2190-\u22FF\u2442\u2500-\u25FC\u25FF\u2713-\u2718\u2800-\u28FF]*$/;

/** What the screen colours text with; it takes no cells. */
// eslint-disable-next-line no-control-regex -- an escape sequence begins with ESC
const COLOURS = /\u001B\[[\d;]*m/g;
const ESCAPE = '\u001B';

/** True if the text is as many cells wide as it has characters. */
export function isSimpleWidth(text: string): boolean {
  return SIMPLE.test(text);
}

/**
 * The cells that a text of simple characters takes, coloured or not; null for any other. The bundle asks this before
 * `string-width`, whose tables cost 40 ms of each start and most of the time of a frame; the answer is the same.
 */
export function simpleWidth(text: string): number | null {
  const bare = text.includes(ESCAPE) ? text.replace(COLOURS, '') : text;
  return isSimpleWidth(bare) ? bare.length : null;
}
