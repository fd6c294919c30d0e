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

/** What `ui.theme` may be. `auto` is right on both kinds of background. */
export type ThemeName = 'auto' | 'dark' | 'light' | 'high-contrast';

/** For a dark background: the bright half of the sixteen. */
const DARK: Readonly<Record<Tone, TextStyle>> = {
  ...STYLES,
  good: { color: 'greenBright' },
  bad: { color: 'redBright' },
  attention: { color: 'magentaBright', bold: true },
  accent: { color: 'cyanBright' },
};

/** For a light one: the dark half, and grey where faint text would vanish. */
const LIGHT: Readonly<Record<Tone, TextStyle>> = {
  ...STYLES,
  dim: { color: 'gray' },
  accent: { color: 'blue' },
};

/** Nothing faint, and weight beside every colour. */
const HIGH_CONTRAST: Readonly<Record<Tone, TextStyle>> = {
  plain: {},
  dim: {},
  strong: { bold: true },
  good: { bold: true },
  bad: { color: 'redBright', bold: true },
  attention: { color: 'magentaBright', bold: true },
  accent: { bold: true },
};

const THEMES: Readonly<Record<ThemeName, Theme['styles']>> = {
  auto: STYLES,
  dark: DARK,
  light: LIGHT,
  'high-contrast': HIGH_CONTRAST,
};

/** The theme of that name, or without `colour` the one that leaves all text as it is. */
export function themeFor(colour: boolean, name: ThemeName = 'auto'): Theme {
  return colour ? { styles: THEMES[name], inverse: true } : { styles: COLOURLESS, inverse: false };
}
