import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { isSimpleWidth, simpleWidth } from '../../../../src/tui/lines/simple-width.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';

const SAMPLES = [...Array(0x3000).keys()].map((code) => String.fromCodePoint(code));

describe('texts that are as wide as they are long', () => {
  it('says so of no character that has another width', () => {
    const wrong = SAMPLES.filter((text) => isSimpleWidth(text) && stringWidth(text) !== 1);
    expect(wrong).toEqual([]);
  });

  it('agrees with string-width on every mixture', () => {
    const any = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...SAMPLES.filter(isSimpleWidth)) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }) },
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(!isSimpleWidth(text) || stringWidth(text) === text.length).toBe(true);
        const coloured = parts.map((part, n) => `\u001B[${30 + (n % 8)};1m${part}\u001B[39;22m`).join('');
        expect([null, stringWidth(coloured)]).toContain(simpleWidth(coloured));
        expect(simpleWidth(coloured) === null).toBe(!isSimpleWidth(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows all signs that the screen draws with', () => {
    const signs = JSON.stringify([glyphsFor('unicode', {}), glyphsFor('ascii', {})]);
    expect(isSimpleWidth(signs)).toBe(true);
    expect(isSimpleWidth('┏━┓┃┗┛╭─╮│╰╯')).toBe(true);
  });

  it('leaves sequences that are no colours to string-width', () => {
    expect(simpleWidth('\u001B[2Jtext')).toBe(null);
    expect(simpleWidth('\u001B]8;;x\u0007text')).toBe(null);
  });

  it.each(['\t', '\u001B[1m', 'e\u0301', '☺\uFE0F', '宽', '👩‍💻', '\u00AD', '\u200B'])(
    'leaves %j to string-width',
    (text) => {
      expect(isSimpleWidth(text)).toBe(false);
      if (!text.startsWith('\u001B')) expect(simpleWidth(text)).toBe(null);
    },
  );
});
