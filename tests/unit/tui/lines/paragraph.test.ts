import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraph } from '../../../../src/tui/dialogs/paragraph.ts';
import { lineWidth } from '../../../../src/tui/lines/cut-line.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';

const read = (line: Line): string => line.map(({ text }) => text).join('');
const rows = (text: string, cells: number): readonly string[] => paragraph(text, cells).map(read);

describe('a paragraph', () => {
  it.each([
    ['one two three', 9, ['one two', 'three']],
    ['one two', 7, ['one two']],
    ['', 5, ['']],
    ['  in front', 20, ['  in front']],
    ['first\n  second line', 9, ['first', '  second', 'line']],
    ['a-word-that-is-too-long for it', 10, ['a-word-tha', 't-is-too-l', 'ong', 'for it']],
    ['名字 很长 的', 6, ['名字', '很长', '的']],
    ['clear \u001B[2J it', 40, ['clear \\x1b[2J it']],
  ])('%j in %i cells', (text, cells, expected) => {
    expect(rows(text, cells)).toEqual(expected);
  });

  it('is never wider than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: -1, max: 40 }), (text, cells) => {
        for (const line of paragraph(text, cells))
          expect(lineWidth(line)).toBeLessThanOrEqual(Math.max(1, cells));
      }),
    );
  });
});
