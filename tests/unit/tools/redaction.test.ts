import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineRedactor, MAX_LINE_LENGTH } from '../../../src/tools/line-redactor.ts';
import { createRedactor, NO_REDACTION } from '../../../src/tools/redaction.ts';

const SECRET = 'p4$$ "wörd"/+&\\';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Given a secret', () => {
  const redactor = createRedactor({ values: [SECRET], patterns: ['ghp_[a-z0-9]+', 'x*'] });

  it.each([
    ['as it is', `a ${SECRET} b`, 'a *** b'],
    ['twice', `${SECRET},${SECRET}`, '***,***'],
    ['in JSON', JSON.stringify({ a: SECRET }), '{"a":"***"}'],
    ['in JSON of ASCII', '"p4$$ \\"w\\u00f6rd\\"/+&\\\\"', '"***"'],
    ['in a URL', `?a=${encodeURIComponent(SECRET)}&b`, '?a=***&b'],
    ['in a URL in small letters', `?a=${encodeURIComponent(SECRET).toLowerCase()}&b`, '?a=***&b'],
    ['in a form', `a=${encodeURIComponent(SECRET).replaceAll('%20', '+')}`, 'a=***'],
    ['in base64', base64(SECRET), '***'],
    ['in base64 for URLs', Buffer.from(SECRET).toString('base64url'), '***'],
    ['by a pattern', 'token ghp_abc123!', 'token ***!'],
    ['not at all', 'nothing here', 'nothing here'],
  ])('When it stands %s, then it is replaced', (_, text, expected) => {
    expect(redactor.text(text)).toBe(expected);
  });

  it.each(['', 'u', 'us', 'usr', 'user'])(
    'When it is encoded behind "%s:", then no half of it can be read',
    (user) => {
      const text = redactor.text(`Basic ${base64(`${user}:${SECRET}:tail`)}`);
      expect(text).toContain('***');
      expect(
        Buffer.from(text.replace('Basic ', '').split('***')[0] ?? '', 'base64').toString(),
      ).not.toContain('p4$');
    },
  );

  it('When it stands at any depth, as key or value, then it is replaced and nothing is lost', () => {
    const value = {
      [SECRET]: [SECRET, 1, null, true, { a: { b: SECRET } }],
      '***': 1,
      ghp_1: 2,
      ghp_2: 3,
      b: 'ok',
    };
    expect(redactor.value(value)).toEqual({
      '*** (2)': ['***', 1, null, true, { a: { b: '***' } }],
      '***': 1,
      '*** (3)': 2,
      '*** (4)': 3,
      b: 'ok',
    });
  });

  it('When a key is __proto__, then it stays a key', () => {
    const value = JSON.parse(`{"__proto__": ${JSON.stringify([SECRET])}}`);
    expect(JSON.stringify(redactor.value(value))).toBe('{"__proto__":["***"]}');
  });
});

describe('Given special secrets', () => {
  it('When one holds another or they overlap, then nothing of either is left', () => {
    const redactor = createRedactor({ values: ['abcd', 'cdef', 'abcdefgh'], patterns: [] });
    expect(redactor.text('1abcdefgh2 abcdef cdefabcd')).toBe('1***2 *** ***');
  });

  it('When an occurrence overlaps itself, then nothing of it is left', () => {
    expect(createRedactor({ values: ['abab'], patterns: [] }).text('-ababab-')).toBe('-***-');
  });

  it('When it is a number, then numbers that are it are replaced, others not', () => {
    const redactor = createRedactor({ values: ['123456'], patterns: [] });
    expect(redactor.value([123456, 1234567, 12])).toEqual(['***', 1234567, 12]);
  });

  it('When it has several lines, then each is a secret', () => {
    const redactor = createRedactor({ values: ['-----BEGIN\r\n  abcdefgh\nxyz\n'], patterns: [] });
    expect(redactor.text('abcdefgh\nxyz\n-----BEGIN')).toBe('***\nxyz\n***');
  });

  it('When it is shorter than 4 characters, then it is left alone', () => {
    expect(createRedactor({ values: ['', 'abc'], patterns: [] }).text('abc')).toBe('abc');
  });

  it('When it holds half a pair of surrogates, then it is still found', () => {
    expect(createRedactor({ values: ['abcd\ud800'], patterns: [] }).text('abcd\ud800')).toBe('***');
  });

  it('When there is none, then nothing changes', () => {
    expect(NO_REDACTION.value({ a: ['text', 1] })).toEqual({ a: ['text', 1] });
  });

  it('When a pattern is no regular expression, then it is refused', () => {
    expect(() => createRedactor({ values: [], patterns: ['('] })).toThrow(
      expect.objectContaining({ code: 'bad_secret_pattern', exitCode: 3 }),
    );
  });
});

const secrets = fc.array(
  fc.string({ minLength: 4, maxLength: 20 }).filter((text) => !text.includes('*')),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe('Given any secrets in any text', () => {
  it('When it is redacted, then no secret is in it', () => {
    fc.assert(
      fc.property(secrets, fc.array(fc.string()), (values, around) => {
        const redactor = createRedactor({ values, patterns: [] });
        const text = around.flatMap((piece, index) => [piece, values[index % values.length] ?? '']).join('');
        // A text in which only the gaps are looked at: *** is nobody's secret.
        const gaps = redactor.text(text).split('***');
        for (const value of values) expect(gaps.some((gap) => gap.includes(value))).toBe(false);
      }),
    );
  });

  it('When it comes in pieces, then the lines are those of the whole', () => {
    fc.assert(
      fc.property(secrets, fc.array(fc.string({ maxLength: 5 })), (given, pieces) => {
        const values = given.map((value) => value.replaceAll('\n', ''));
        const redactor = createRedactor({ values, patterns: [] });
        const chunks = pieces.flatMap((piece, index) => [
          piece,
          ...Array.from(values[index % values.length] ?? ''),
          '\n',
        ]);
        const lines: string[] = [];
        const stream = createLineRedactor(redactor, (line) => lines.push(line));
        for (const chunk of chunks) stream.write(chunk);
        stream.end();
        const whole = chunks
          .join('')
          .split('\n')
          .slice(0, chunks.length === 0 ? 0 : -1);
        expect(lines).toEqual(whole.map((line) => redactor.text(line)));
      }),
    );
  });
});

describe('Given live output', () => {
  const secret = 'sesame-open-0123';
  const run = (chunks: readonly string[], values = [secret]): readonly string[] => {
    const lines: string[] = [];
    const stream = createLineRedactor(createRedactor({ values, patterns: [] }), (line) => lines.push(line));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    return lines;
  };

  it('When a secret is split over two pieces, then it is not shown', () => {
    expect(run(['a sesame-', 'open-0123 b\nnext\n', 'last'])).toEqual(['a *** b', 'next', 'last']);
  });

  it('When it ends with a line break or with nothing, then there is no empty line', () => {
    expect(run(['one\n'])).toEqual(['one']);
    expect(run([])).toEqual([]);
  });

  it.each([-40, -30, -26, -20, -8, -1, 0, 1])(
    'When a secret stands at the limit of a long line (%i), then it is not cut',
    (offset) => {
      const line = 'x'.repeat(MAX_LINE_LENGTH + offset) + secret + 'y'.repeat(MAX_LINE_LENGTH);
      for (const chunks of [
        [line],
        [line.slice(0, MAX_LINE_LENGTH + offset + 5), line.slice(MAX_LINE_LENGTH + offset + 5)],
      ]) {
        const lines = run(chunks);
        expect(lines.length).toBeGreaterThan(1);
        expect(lines.every((piece) => piece.length <= MAX_LINE_LENGTH)).toBe(true);
        expect(lines.join('')).toBe(line.replace(secret, '***'));
      }
    },
  );

  it('When a long line is finished later, then its pieces are whole', () => {
    const line = 'z'.repeat(3 * MAX_LINE_LENGTH);
    expect(run([`${line}\nend`]).join('')).toBe(`${line}end`);
  });

  it('When a line is nothing but secrets, then it becomes one', () => {
    expect(run([`${secret.repeat(5000)}\n`]).join('')).toMatch(/^(\*\*\*)+$/);
  });
});
