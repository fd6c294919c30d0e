import type { IBufferCell, Terminal } from '@xterm/headless';

/** Colours of a terminal: 16 of the palette, ground and text. */
export interface Palette {
  readonly ground: string;
  readonly text: string;
  readonly colours: readonly string[];
}

export const DARK: Palette = {
  ground: '#16181d',
  text: '#d7dae0',
  colours: (
    '#2b2f38 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #d7dae0 ' +
    '#6b7280 #ef8891 #b0d68f #f0d399 #83c3f7 #d699e8 #79cbd5 #ffffff'
  ).split(' '),
};

export const LIGHT: Palette = {
  ground: '#fbfbfa',
  text: '#24292f',
  colours: (
    '#24292f #b3261e #2c7a2f #8a6100 #0b5cad #8430a8 #0b7285 #e6e6e3 ' +
    '#6e7781 #d1352c #3b9440 #a87800 #1f74cf #9a45c0 #12899c #ffffff'
  ).split(' '),
};

const CELL = { width: 8.4, height: 16.5 } as const;
const MARGIN = 12;

interface Style {
  readonly fill: string;
  readonly ground: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Run extends Style {
  readonly column: number;
  cells: number;
  text: string;
}

/** What is on a terminal's screen, as an SVG picture. */
export function pictureOf(screen: Terminal, palette: Palette): string {
  const width = (screen.cols * CELL.width + 2 * MARGIN).toFixed(1);
  const height = screen.rows * CELL.height + 2 * MARGIN;
  const { active } = screen.buffer;
  const rows = Array.from({ length: screen.rows }, (_, row) =>
    drawRow(runsOf(screen, active.viewportY + row, palette), row),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${palette.ground}"/>`,
    `<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbours that look the same, as one piece of text. */
function runsOf(screen: Terminal, y: number, palette: Palette): readonly Run[] {
  const line = screen.buffer.active.getLine(y);
  const runs: Run[] = [];
  for (let x = 0; x < screen.cols; x += 1) {
    const cell = line?.getCell(x);
    if (!cell || cell.getWidth() === 0) continue;
    const style = styleOf(cell, palette);
    const last = runs.at(-1);
    const text = cell.getChars() || ' ';
    // Signs stand by themselves: not every font has them as wide as its letters.
    const isPlain = /^[ -~]$/.test(text) && last !== undefined && /^[ -~]+$/.test(last.text);
    if (last && isPlain && isSameStyle(last, style)) {
      last.text += text;
      last.cells += 1;
    } else runs.push({ ...style, column: x, cells: cell.getWidth(), text });
  }
  return runs;
}

function styleOf(cell: IBufferCell, palette: Palette): Style {
  const front = cell.isFgDefault() ? palette.text : colourOf(cell.isFgRGB(), cell.getFgColor(), palette);
  const back = cell.isBgDefault() ? null : colourOf(cell.isBgRGB(), cell.getBgColor(), palette);
  const isInverse = cell.isInverse() !== 0;
  return {
    fill: isInverse ? (back ?? palette.ground) : front,
    ground: isInverse ? front : back,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
  };
}

function colourOf(isRgb: boolean, colour: number, palette: Palette): string {
  if (isRgb) return `#${colour.toString(16).padStart(6, '0')}`;
  return palette.colours[colour] ?? palette.text;
}

function isSameStyle(a: Style, b: Style): boolean {
  return a.fill === b.fill && a.ground === b.ground && a.bold === b.bold && a.dim === b.dim;
}

function drawRow(runs: readonly Run[], row: number): string {
  const top = MARGIN + row * CELL.height;
  return runs.map((run) => `${drawGround(run, top)}${drawText(run, top)}`).join('');
}

const xOf = (column: number): string => (MARGIN + column * CELL.width).toFixed(1);

function drawGround({ ground, column, cells }: Run, top: number): string {
  if (ground === null) return '';
  return `<rect x="${xOf(column)}" y="${top}" width="${(cells * CELL.width).toFixed(1)}" height="${CELL.height}" fill="${ground}"/>`;
}

function drawText({ text, fill, bold, dim, column, cells }: Run, top: number): string {
  const shown = text.trimEnd();
  if (shown === '') return '';
  const length = ((cells - (text.length - shown.length)) * CELL.width).toFixed(1);
  const look = `${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.65"' : ''}`;
  const place = `x="${xOf(column)}" y="${top + 13}" textLength="${length}"`;
  return `<text ${place} fill="${fill}"${look}>${escape(shown)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
