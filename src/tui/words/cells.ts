import stringWidth from 'string-width';

/** Pads on the right to `width` cells, counting as a terminal does. */
export function padCells(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Shortens to at most `width` cells; the last one is then `ellipsis`. */
export function cutCells(text: string, width: number, ellipsis = '…'): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return kept + ellipsis;
}
