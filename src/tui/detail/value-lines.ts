import type { Json } from '../../domain/json.ts';
import type { Line, Span } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Tone } from '../words/tone.ts';

/** Up to here a value stands in the row of its name. */
const INLINE_CHARACTERS = 100;
/** And up to here an object, whose parts are told apart more easily one below the other. */
const INLINE_OBJECT = 60;
/** Longer values are shown by their beginning. */
const LINES_SHOWN = 200;

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

export const EMPTY_LINE: Line = [];

export function heading(text: string): Line {
  return [span(text, 'strong')];
}

/** A line that says that there is nothing to show, and why. */
export function remark(text: string): Line {
  return [span(text, 'dim')];
}

/** A value in one row: a text as it is, anything else as JSON. */
export function inlineValue(value: Json): string {
  return safeText(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A value as text: its own lines if it is one, else indented JSON. */
function textLines(value: Json): readonly string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return text.split(/\r?\n/, LINES_SHOWN + 1);
}

/** A named value: in one row if it is short, else its lines below the name. */
export function namedValue(name: string, value: Json, indent: string): readonly Line[] {
  const inline = inlineValue(value);
  const isShort = inline.length <= INLINE_CHARACTERS && !(typeof value === 'string' && value.includes('\n'));
  const title = span(`${indent}${safeText(name)}: `, 'accent');
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isShort && !(isObject && inline.length > INLINE_OBJECT)) return [[title, span(inline)]];
  const lines = isObject
    ? Object.entries(value).flatMap(([key, part]) => namedValue(key, part, `${indent}  `))
    : textLines(value).map((line): Line => [span(`${indent}  ${safeText(line)}`)]);
  return [
    [title],
    ...lines.slice(0, LINES_SHOWN),
    ...(lines.length > LINES_SHOWN ? [remark(`${indent}  more is not shown here`)] : []),
  ];
}
