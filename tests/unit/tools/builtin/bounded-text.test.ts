import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedText } from '../../../../src/tools/builtin/bounded-text.ts';

const keep = (limit: number, pieces: readonly string[]): BoundedText => {
  const text = new BoundedText(limit);
  for (const piece of pieces) text.add(piece);
  return text;
};

describe('Given a text with a limit', () => {
  it.each([
    ['short', ['a', 'b'], 'ab', false],
    ['as long as the limit', ['01234', '56789'], '0123456789', false],
    ['longer', ['0123456789', 'ab'], '01234\n[... 2 characters left out ...]\n789ab', true],
    ['empty', [], '', false],
    ['with a line break at its end', ['a\n\n'], 'a\n', false],
    ['with one of Windows', ['a\r\n'], 'a', false],
    [
      'cut within a pair of surrogates',
      ['abcd😀efgh', 'i'],
      'abcd\ufffd\n[... 1 characters left out ...]\nefghi',
      true,
    ],
  ])('When it is %s, then it is kept up to that', (_, pieces, expected, isTruncated) => {
    const text = keep(10, pieces);
    expect(text.finish()).toBe(expected);
    expect(text.isTruncated).toBe(isTruncated);
  });

  it('When it comes in any pieces, then only the whole counts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), (pieces) => {
        expect(keep(20, pieces).finish()).toBe(keep(20, [pieces.join('')]).finish());
      }),
    );
  });
});
