import { cutLine, padLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { textWidth } from '../lines/measure.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { CheckpointMark, TreeRow } from './tree-row.ts';

export interface TreeLineOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly selected: boolean;
}

const GAP = 2;
const LEAST_NAME = 12;
/** An error or a question in fewer cells says nothing. */
const LEAST_INFO = 8;

/** A row of the tree in exactly `width` cells: marker, indent, fold, sign, name; at the right info, marks, duration. */
export function treeRowLine(row: TreeRow, { width, glyphs, selected }: TreeLineOptions): Line {
  const head = headOf(row, width, glyphs, selected);
  // One cell stays free at the right end.
  const room = width - head.reduce((cells, { text }) => cells + textWidth(text), 0) - 1;
  const tail = tailOf(row, room, glyphs);
  const taken = tail.reduce((cells, { text }) => cells + textWidth(text), 0);
  const tone = row.tone === 'dim' ? 'dim' : selected ? 'strong' : 'plain';
  const name = padLine(cutLine([{ text: row.name, tone }], room - taken, glyphs.ellipsis), room - taken);
  return padLine(cutLine([...head, ...name, ...tail], width, glyphs.ellipsis), width);
}

function headOf(row: TreeRow, width: number, glyphs: Glyphs, selected: boolean): Line {
  // However deep it is, its name has to be seen.
  const indent = Math.min(2 * row.depth, Math.floor(width / 3));
  const fold = row.fold === 'leaf' ? '' : `${row.fold === 'open' ? glyphs.fold.open : glyphs.fold.closed} `;
  return [
    { text: selected ? glyphs.selection : ' ', tone: 'strong' },
    { text: `${' '.repeat(indent)}${fold}`, tone: 'dim' },
    { text: row.glyph, tone: row.tone },
    { text: ' ', tone: 'plain' },
  ];
}

/** What stands at the right: as much as leaves the name its share. */
function tailOf(row: TreeRow, room: number, glyphs: Glyphs): Line {
  const name = textWidth(row.name);
  const reserved = Math.min(name, Math.max(LEAST_NAME, Math.floor(room / 2)));
  let free = room - reserved;
  const take = (text: string, tone: Span['tone']): Line => {
    const cells = textWidth(text) + GAP;
    if (text === '' || cells > free) return [];
    free -= cells;
    return [{ text: ' '.repeat(GAP) + text, tone }];
  };
  const duration = take(row.duration, 'dim');
  const isUrgent = row.infoTone === 'bad' || row.infoTone === 'attention';
  const urgent = isUrgent ? take(shortened(row.info, free - GAP, glyphs), row.infoTone) : [];
  const marks = take(marksText(row.marks, free - GAP), 'accent');
  // What is only good to know must not cost the name a letter.
  free -= name - reserved;
  const calm = isUrgent ? [] : take(row.info, row.infoTone);
  return [...urgent, ...calm, ...marks, ...duration];
}

function shortened(info: string, cells: number, glyphs: Glyphs): string {
  if (cells < LEAST_INFO) return '';
  return cutLine([{ text: info, tone: 'plain' }], cells, glyphs.ellipsis)
    .map(({ text }) => text)
    .join('');
}

/** The newest marks that fit. */
function marksText(marks: readonly CheckpointMark[], cells: number): string {
  const texts = marks.map(({ glyph, number }) => `${glyph}${number}`);
  while (texts.length > 0 && textWidth(texts.join(' ')) > cells) texts.shift();
  return texts.join(' ');
}
