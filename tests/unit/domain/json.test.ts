import { describe, expect, it } from 'vitest';
import { canonicalJson, findJsonFault } from '../../../src/domain/json.ts';

const circular: Record<string, unknown> = { name: 'loop' };
circular['self'] = { again: circular };

describe('findJsonFault names the first place that JSON would change', () => {
  it.each([
    ['a bigint', { rows: [{ id: 1n }] }, 'rows[0].id', 'bigint'],
    ['a date', { when: new Date(0) }, 'when', 'Date'],
    ['NaN', { list: [1, Number.NaN] }, 'list[1]', 'NaN'],
    ['infinity', Number.POSITIVE_INFINITY, '', 'Infinity'],
    ['negative zero', { n: -0 }, 'n', '-0'],
    ['undefined in an array', { list: [undefined] }, 'list[0]', 'undefined'],
    ['a function', { f: () => 1 }, 'f', 'function'],
    ['a symbol', { s: Symbol('x') }, 's', 'symbol'],
    ['half a surrogate pair', { text: 'x\uD800' }, 'text', 'surrogate'],
    ['a map', { m: new Map() }, 'm', 'Map'],
    ['a circle', circular, 'self.again', 'circular'],
  ])('%s', (_, value, path, reason) => {
    const fault = findJsonFault(value);
    expect(fault?.path).toBe(path);
    expect(fault?.reason).toContain(reason);
  });

  it.each([
    ['plain data', { a: [1, 'x', null, true, { b: {} }] }],
    ['an absent property', { a: undefined }],
    ['the same object twice, not in a circle', { a: circular['name'], b: circular['name'] }],
    ['an object without prototype', Object.create(null) as unknown],
  ])('%s is no fault', (_, value) => {
    expect(findJsonFault(value)).toBeNull();
  });

  it('lets one object stand at two places', () => {
    const shared = { x: 1 };
    expect(findJsonFault({ a: shared, b: [shared, shared] })).toBeNull();
  });
});

describe('canonicalJson', () => {
  it('gives equal values equal texts', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'é' }] })).toBe('{"a":[{"c":"é","d":null}],"b":1}');
  });
});
