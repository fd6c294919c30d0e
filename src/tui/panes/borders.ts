import type { Glyphs } from '../words/glyphs.ts';

/** The signs of a frame. */
export interface Border {
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomLeft: string;
  readonly bottomRight: string;
  readonly horizontal: string;
  readonly vertical: string;
}

const LIGHT: Border = {
  topLeft: '╭',
  topRight: '╮',
  bottomLeft: '╰',
  bottomRight: '╯',
  horizontal: '─',
  vertical: '│',
};
const HEAVY: Border = {
  topLeft: '┏',
  topRight: '┓',
  bottomLeft: '┗',
  bottomRight: '┛',
  horizontal: '━',
  vertical: '┃',
};
const ascii = (horizontal: string): Border => ({
  topLeft: '+',
  topRight: '+',
  bottomLeft: '+',
  bottomRight: '+',
  horizontal,
  vertical: '|',
});
const ASCII_LIGHT = ascii('-');
const ASCII_HEAVY = ascii('=');

// The sets differ in their vertical line: it says which of them this is.
const isAscii = (glyphs: Glyphs): boolean => glyphs.output === ASCII_LIGHT.vertical;

/** The frame that goes with a set of signs; heavy around what has the focus. */
export function borderFor(glyphs: Glyphs, heavy: boolean): Border {
  if (isAscii(glyphs)) return heavy ? ASCII_HEAVY : ASCII_LIGHT;
  return heavy ? HEAVY : LIGHT;
}

/** The sign for something that is on. */
export function lampFor(glyphs: Glyphs): string {
  return isAscii(glyphs) ? '*' : '●';
}
