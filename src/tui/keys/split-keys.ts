import type { InkKey, KeyPress } from './key-press.ts';

/** What a key that is no character is called here, by the field of Ink's that says it was pressed. */
const NAMED: readonly (readonly [keyof InkKey, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
  ['escape', 'esc'],
];

const CONTROLS: Readonly<Record<string, string>> = {
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\r\n': 'enter',
  '\b': 'backspace',
  '\x7f': 'backspace',
  '\x1b': 'esc',
};

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The shell hands on F1 to F12 as these characters, which mean nothing to anybody else. */
export const FIRST_F_KEY = 0xf704;

const named = (name: string): KeyPress => ({ name, text: '' });

/**
 * The keys of one event of Ink's. Keys typed fast come in one chunk and without flags (`"\tjj"`), so the text decides
 * wherever there is some. A letter with Alt is Esc and the letter: that is what the terminal sends for both.
 */
export function splitKeys(input: string, key: InkKey): readonly KeyPress[] {
  const special = NAMED.find(([field]) => key[field] === true);
  if (special) return withEscape(special[1], key);
  if (key.ctrl === true) return input === '' ? [] : [named(`ctrl-${nameOf(input).toLowerCase()}`)];
  const presses = Array.from(GRAPHEMES.segment(input), ({ segment }) => pressOf(segment));
  return key.meta === true ? [named('esc'), ...presses] : presses;
}

/** Esc twice in one event is one event with `meta` set, and so is Esc with a key after it that is no character. */
function withEscape(name: string, key: InkKey): readonly KeyPress[] {
  const press = named(name === 'tab' && key.shift === true ? 'shift-tab' : name);
  const afterEscape = key.meta === true && ['esc', 'enter', 'tab', 'backspace'].includes(name);
  return afterEscape ? [named('esc'), press] : [press];
}

function pressOf(grapheme: string): KeyPress {
  const control = CONTROLS[grapheme];
  if (control !== undefined) return named(control);
  const code = grapheme.charCodeAt(0);
  if (code < 0x20)
    return named(`ctrl-${nameOf(String.fromCharCode(code + (code <= 26 && code > 0 ? 96 : 64)))}`);
  if (code >= FIRST_F_KEY && code < FIRST_F_KEY + 12) return named(`f${code - FIRST_F_KEY + 1}`);
  return { name: nameOf(grapheme), text: grapheme };
}

const nameOf = (character: string): string => (character === ' ' ? 'space' : character);
