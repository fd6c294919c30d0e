import { styleText } from 'node:util';
import type { Tone } from '../tui/words/tone.ts';

/** Colours a text that is already printable. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  dim: 'dim',
  strong: 'bold',
  good: 'green',
  bad: 'red',
  attention: 'yellow',
  accent: 'cyan',
} as const;

/** `--no-color` beats FORCE_COLOR (https://force-color.org), which beats NO_COLOR (https://no-color.org). */
export function wantsColour(
  env: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
  noColor: boolean,
): boolean {
  if (noColor) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTTY && env['TERM'] !== 'dumb';
}

export function createPaint(
  env: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
  noColor: boolean,
): Paint {
  if (!wantsColour(env, isTTY, noColor)) return (_tone, text) => text;
  return (tone, text) => (tone === 'plain' ? text : styleText(STYLES[tone], text, { validateStream: false }));
}
