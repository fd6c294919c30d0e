import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutLine, lineWidth, padLine, wrapLine } from '../../../../src/tui/lines/cut-line.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';
import { textWidth } from '../../../../src/tui/lines/measure.ts';
import { firstLine, safeOutput, safeText } from '../../../../src/tui/lines/safe-text.ts';

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const plain = (...texts: readonly string[]): Line => texts.map((text) => ({ text, tone: 'plain' }));
const read = (line: Line): string => line.map(({ text }) => text).join('');

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '語',
      'é',
      'e\u0301',
      '👩‍👩‍👧',
      '🇩🇪',
      '❤\uFE0F',
      '\u202E',
      '\x1b',
      '\t',
      '\uFE0F',
      '1\u20E3',
      '\u00AD',
    ),
    maxLength: 40,
  }),
);
const anyLine = fc.array(anyText, { maxLength: 5 }).map((texts) => plain(...texts.map(safeText)));
const anyWidth = fc.integer({ min: 0, max: 60 });
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/;

describe('a line of any text', () => {
  it('is never wider than asked, holds no control character and keeps its beginning', () => {
    fc.assert(
      fc.property(anyLine, anyWidth, (line, cells) => {
        const cut = cutLine(line, cells, '…');
        expect(lineWidth(cut)).toBeLessThanOrEqual(cells);
        expect(stringWidth(read(cut))).toBeLessThanOrEqual(cells);
        expect(read(cut)).not.toMatch(CONTROLS);
        if (cut !== line && cells > 0) expect(read(line).startsWith(read(cut).slice(0, -1))).toBe(true);
      }),
    );
  });

  it('stays as it is where it fits', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        expect(cutLine(line, lineWidth(line) + 1, '…')).toBe(lineWidth(line) + 1 > 0 ? line : []);
      }),
    );
  });

  it('wraps into rows that fit, with all its text', () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 2, max: 40 }), (line, cells) => {
        const rows = wrapLine(line, cells);
        for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(cells);
        // What is wider by itself than a row can't stand in one.
        fc.pre(
          line.every(({ text }) =>
            [...GRAPHEMES.segment(text)].every((one) => textWidth(one.segment) <= cells),
          ),
        );
        expect(rows.map(read).join('')).toBe(read(line));
      }),
      // A note of music: one sign of three cells.
      { examples: [[[{ text: '\u{1D158}\u{1D165}\u{1D16E}', tone: 'plain' }], 2]] },
    );
  });

  it('shows what is wider than a row by a question mark', () => {
    const note: Line = [{ text: 'a\u{1D158}\u{1D165}\u{1D16E}b', tone: 'plain' }];
    expect(wrapLine(note, 2).map(read)).toEqual(['a', '?b']);
  });

  it('is padded to exactly what is asked once it is cut', () => {
    fc.assert(
      fc.property(anyLine, anyWidth, (line, cells) => {
        expect(lineWidth(padLine(cutLine(line, cells, '…'), cells))).toBe(cells);
      }),
    );
  });
});

describe('cutting', () => {
  it.each([
    ['abcdef', 4, 'abc…'],
    ['abcd', 4, 'abcd'],
    ['語語語', 4, '語…'],
    ['語語語', 5, '語語…'],
    ['語', 1, '…'],
    ['ae\u0301o', 2, 'a…'],
    ['abc\u0301', 3, 'abc\u0301'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['abc', 0, ''],
  ])('%j in %i cells is %j', (text, cells, shown) => {
    expect(read(cutLine(plain(text), cells, '…'))).toBe(shown);
  });

  it('keeps the tones, and gives the ellipsis that of the place where it cuts', () => {
    const line: Line = [
      { text: 'ab', tone: 'good' },
      { text: 'cdef', tone: 'bad' },
    ];
    expect(cutLine(line, 4, '~')).toEqual([
      { text: 'ab', tone: 'good' },
      { text: 'c', tone: 'bad' },
      { text: '~', tone: 'bad' },
    ]);
  });

  it('does not look at what cannot be seen', () => {
    const long = plain('語'.repeat(10_000_000));
    const start = performance.now();
    for (let i = 0; i < 20; i += 1) expect(lineWidth(cutLine(long, 80, '…'))).toBe(79);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('tears apart a letter with more marks than anyone writes', () => {
    const zalgo = plain(`a${'\u0301'.repeat(5000)}b`);
    expect(read(cutLine(zalgo, 3, '…')).length).toBeLessThan(200);
    expect(wrapLine(zalgo, 3).map(read).join('')).toBe(read(zalgo));
  });
});

describe('wrapping', () => {
  it.each([
    ['', 5, ['']],
    ['abcdef', 3, ['abc', 'def']],
    ['語語語', 5, ['語語', '語']],
    ['a語b', 1, ['a', '?', 'b']],
    ['ab', 0, ['a', 'b']],
  ])('%j in %i cells is %j', (text, cells, rows) => {
    expect(wrapLine(plain(text), cells).map(read)).toEqual(rows);
  });

  it('goes over the end of a span', () => {
    expect(wrapLine(plain('abc', 'def'), 4).map(read)).toEqual(['abcd', 'ef']);
  });
});

describe('foreign text', () => {
  it.each([
    ['\x1b]52;c;aGk=\x07', '\\x1b]52;c;aGk=\\x07'],
    ['a\tb\nc', 'a b\\nc'],
    ['\u202Egnp', '\\u202egnp'],
    ['\u0301x', ' \u0301x'],
    ['soft\u00ADhyphen', 'softhyphen'],
    ['\uD800', '\uFFFD'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
  ])('%j is shown as %j', (text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  it('keeps the columns that tabs make in output', () => {
    expect(safeOutput('a\tbc\td')).toBe('a       bc      d');
    expect(safeOutput('12345678\tx\x1b[2J')).toBe('12345678        x\\x1b[2J');
    expect(safeOutput('a\nb')).toBe('a\\nb');
  });

  it('shows the beginning of an endless line, and says how much is left out', () => {
    expect(safeText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(8192)} [991808 more characters]`);
  });

  it('has a first line', () => {
    expect(firstLine('one\ntwo')).toBe('one');
  });

  it('is measured as a terminal does', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(textWidth(safeText(text))).toBe(stringWidth(safeText(text)));
      }),
    );
    for (let code = 0x4e00; code < 0x4e00 + 5000; code += 1)
      expect(textWidth(String.fromCodePoint(code))).toBe(2);
  });
});
