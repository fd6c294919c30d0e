import { cutLine, lineWidth, padLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { borderFor } from './borders.ts';

/** A frame with words in its upper and lower edge around rows. */
export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  readonly glyphs: Glyphs;
  /** Drawn heavy: it has the focus. */
  readonly heavy: boolean;
  /** `ends`: without sides, so that copying takes nothing but the text. */
  readonly border: 'box' | 'ends';
  readonly title: string;
  /** At the right of the upper edge; left out where there is no room for it. */
  readonly note: string;
  /** At the right of the lower edge. */
  readonly footer: string;
  /** The rows inside, from the top; those that are missing are blank. */
  readonly rows: readonly Line[];
}

/** The lines of a frame, each in exactly `width` cells, `height` of them. */
export function frameLines(options: FrameOptions): readonly Line[] {
  const { width, height, glyphs, heavy, rows } = options;
  const border = borderFor(glyphs, heavy);
  const top = edge(options, border.topLeft, border.topRight, options.title, options.note);
  const bottom = edge(options, border.bottomLeft, border.bottomRight, '', options.footer);
  const side: Line = options.border === 'box' ? [span(options, border.vertical)] : [];
  const inner = Math.max(0, width - 2 * side.length);
  const inside = Array.from({ length: Math.max(0, height - 2) }, (_, index) => {
    const row = padLine(cutLine(rows[index] ?? [], inner, glyphs.ellipsis), inner);
    return [...side, ...row, ...side];
  });
  return [top, ...inside, bottom].slice(0, height);
}

const span = (options: FrameOptions, text: string): Span => ({
  text,
  tone: options.heavy ? 'accent' : 'dim',
});

/** `╭─ title ───── note ─╮` in exactly the frame's width. */
function edge(options: FrameOptions, left: string, right: string, title: string, note: string): Line {
  const { width, glyphs } = options;
  const { horizontal } = borderFor(glyphs, options.heavy);
  const room = Math.max(0, width - 4);
  const head = words(title, room, options);
  const tail = words(note, room - lineWidth(head) - 1, options);
  const fill = Math.max(0, room - lineWidth(head) - lineWidth(tail));
  const line = [
    span(options, left + horizontal),
    ...head,
    span(options, horizontal.repeat(fill)),
    ...tail,
    span(options, horizontal + right),
  ];
  return padLine(cutLine(line, width, horizontal), width);
}

/** A text with a blank around it; nothing if it is empty or hasn't got room for some characters. */
function words(text: string, room: number, options: FrameOptions): Line {
  if (text === '' || room < 5) return [];
  const tone = options.heavy ? 'strong' : 'plain';
  return cutLine([{ text: ` ${text} `, tone }], room, options.glyphs.ellipsis);
}
