import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProseLines, proseText } from '../../../src/domain/prose.ts';

describe('lines of prose', () => {
  it.each([
    ['', ''],
    ['short', 'short'],
    [`${'word '.repeat(13)}end`, `${'word '.repeat(12)}word \nend`],
    [`${'x'.repeat(70)} y`, `${'x'.repeat(70)} \ny`],
    ['a\n\nb', 'a\n\nb'],
    [`${'y'.repeat(60)} ${'z'.repeat(10)}`, `${'y'.repeat(60)} \n${'z'.repeat(10)}`],
  ])('Given %j, then %j', (text, lines) => {
    expect(proseText(text)).toBe(lines);
  });

  it('Given any text in any pieces, then only line breaks are added, and the pieces make no difference', () => {
    const pieces = fc.array(fc.stringMatching(/^[a-z \n]{0,40}$/), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const lines = new ProseLines();
        const told = parts.map((piece) => lines.take(piece)).join('') + lines.end();
        expect(told).toBe(proseText(parts.join('')));
        expect(told.replaceAll('\n', '')).toBe(parts.join('').replaceAll('\n', ''));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
