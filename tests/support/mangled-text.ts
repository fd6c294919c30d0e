import * as fc from 'fast-check';

/** What people and models write by mistake or by malice, in YAML, JSON, expressions and command lines. */
export const NASTY = [
  '__proto__: { polluted: true }',
  'constructor',
  'prototype: {}',
  '&a [*a, *a]',
  '&a { b: *a }',
  '*a',
  '<<: *a',
  '!!binary aGk=',
  '!!js/function "x"',
  '---\n',
  '...\n',
  '? [a, b]\n: c\n',
  '"\\u0000"',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\ufeff',
  '\ud800',
  '\t',
  '\r\n',
  '"',
  "'",
  '|\n',
  '>-\n',
  '{',
  '[',
  '}',
  ']',
  ': ',
  '- ',
  ',',
  '#',
  '%YAML 9.9\n',
  '1e999',
  '-0',
  '99999999999999999999999999',
  '.nan',
  '0x7fffffffffffffff',
  '2026-02-30',
  'null',
  '~',
  'true',
  '[]',
  '{}',
  '""',
  '${{ ',
  ' }}',
  '${{ steps.a.outputs.b }}',
  '${{ fromJSON(\'{"__proto__":1}\').__proto__ }}',
  "${{ format('{0}{9}', 1) }}",
  "${{ join(fromJSON('[[[[]]]]')) }}",
  '${{ always() && failure() || !!!!cancelled() }}',
  '${{ inputs[inputs[inputs]] }}',
  '${{ 1 == == 2 }}',
  '${{ ((((((((1)))))))) }}',
  '../../../etc/passwd',
  '/dev/zero',
  '/',
  'a'.repeat(5000),
  '['.repeat(2000),
  '{a: '.repeat(600),
  '('.repeat(800),
  'steps:\n  - run: x\n',
  'with: { path: x }',
  'uses: fs.write\n',
  'uses: ./x.plan.yaml',
  'needs: [a]',
  'retries: { times: 1e9, delay: 1e9h }',
  'matrix: { a: [1, 2, 3], b: [1, 2, 3], c: [1, 2, 3] }',
  'timeout: -1s',
  'if: false',
  'subplans: { a: { steps: [{ run: x }] } }',
  '--',
  '--json',
  '--=',
  '-',
  '--set=core.checkpoints.files=maybe',
  '\\',
  '$(touch pwned)',
  '`touch pwned`',
] as const;

type Change = (text: string) => string;

const part = fc.tuple(fc.nat(1_000_000), fc.nat(60));

function spanOf(text: string, [at, length]: readonly [number, number]): readonly [number, number] {
  const begin = text.length === 0 ? 0 : at % text.length;
  return [begin, begin + length];
}

const token: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12, unit: 'binary' }) },
);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(part, token).map(([where, what]): Change => (text) => {
      const [begin] = spanOf(text, where);
      return text.slice(0, begin) + what + text.slice(begin);
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(part, token).map(([where, what]): Change => (text) => {
      const lines = text.split('\n');
      const line = lines[where[0] % lines.length] ?? '';
      const colon = line.indexOf(': ');
      lines[where[0] % lines.length] = colon < 0 ? what : `${line.slice(0, colon)}: ${what}`;
      return lines.join('\n');
    }),
  },
  {
    weight: 2,
    arbitrary: part.map((where): Change => (text) => {
      const [begin, end] = spanOf(text, where);
      return text.slice(0, begin) + text.slice(end);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(part, fc.integer({ min: 2, max: 40 })).map(([where, times]): Change => (text) => {
      const [begin, end] = spanOf(text, where);
      return text.slice(0, end) + text.slice(begin, end).repeat(times) + text.slice(end);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(part, part).map(([one, other]): Change => (text) => {
      const lines = text.split('\n');
      const [a, b] = [one[0] % lines.length, other[0] % lines.length];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
      return lines.join('\n');
    }),
  },
  {
    weight: 1,
    arbitrary: part.map(([where]): Change => (text) => {
      const lines = text.split('\n');
      lines[where % lines.length] = `  ${lines[where % lines.length] ?? ''}`;
      return lines.join('\n');
    }),
  },
);

/** One of some good texts, with up to six things wrong with it. */
export function mangled(good: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...good), fc.array(change, { maxLength: 6 }))
    .map(([text, changes]) => changes.reduce((so, apply) => apply(so), text));
}
