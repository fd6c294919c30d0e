import { createContext } from 'react';
import type { Tone } from './words/tone.ts';

/** How a span is drawn: the props of Ink's `Text`. */
export interface TextStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

/**
 * Only the terminal's own sixteen colours, and not those that vanish on one kind of background (white, black, yellow on
 * white is the weakest): a person's palette decides how they look. Nothing is said by colour alone.
 */
const STYLES: Readonly<Record<Tone, TextStyle>> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  attention: { color: 'magenta', bold: true },
  accent: { color: 'cyan' },
};

/** What every component needs to know to draw a span. */
export interface Theme {
  readonly styles: Readonly<Record<Tone, TextStyle>>;
  /** Whether a row may be turned round to show that it is selected. */
  readonly inverse: boolean;
}

const COLOURLESS: Readonly<Record<Tone, TextStyle>> = {
  plain: {},
  dim: {},
  strong: {},
  good: {},
  bad: {},
  attention: {},
  accent: {},
};

/** The theme with the terminal's colours, or the one that leaves all text as it is. */
export function themeFor(colour: boolean): Theme {
  return colour ? { styles: STYLES, inverse: true } : { styles: COLOURLESS, inverse: false };
}

export const ThemeContext = createContext<Theme>(themeFor(true));
