import { describe, expect, it } from 'vitest';
import type { DocumentFault } from '../../../src/domain/errors.ts';
import { readYaml } from '../../../src/documents/read-yaml.ts';

const TEXT = `name: x
list:
  - a
  - &one
    word: two two
other: *one
`;

function reading(text: string) {
  const faults: DocumentFault[] = [];
  const { source } = readYaml(text, 'x.yaml', faults);
  return { source, placeOf: () => faults.map(({ line, column }) => `${line}:${column}`).at(-1) };
}

describe('where a fault is', () => {
  it.each<[string, readonly (string | number)[], string]>([
    ['a value', ['list', 1, 'word'], '5:11'],
    ['a value behind an alias', ['other', 'word'], '5:11'],
    ['a key that is missing', ['list', 1, 'none'], '5:5'],
    ['what is below a text', ['name', 'none', 'deep'], '1:7'],
    ['an item that is missing', ['list', 7], '3:3'],
    ['a document', [], '1:1'],
  ])('Given %s, then it is at that, or at what should hold it', (_name, path, place) => {
    expect(reading(TEXT).source.at(path)).toBe(place);
  });

  it('Given an empty document, then all is at its start', () => {
    expect(reading('').source.at(['name'])).toBe('1:1');
  });

  it.each<[string, readonly (string | number)[], string]>([
    ['a key', ['list', 1, 'word'], '5:5'],
    ['a key behind an alias', ['other', 'word'], '5:5'],
    ['a key that is missing', ['list', 1, 'none'], '5:5'],
    ['a key of a list', ['list', 'none'], '3:3'],
  ])('Given %s, then it is at the key, or at what should hold it', (_name, path, place) => {
    const { source, placeOf } = reading(TEXT);
    source.reportKey(path, 'no');
    expect(placeOf()).toBe(place);
  });

  it.each<[string, readonly (string | number)[], number, string]>([
    ['the first of two', ['list', 1, 'word'], 0, '5:11'],
    ['the second of two', ['list', 1, 'word'], 4, '5:15'],
    ['a part of what is no text', ['list'], 0, '3:3'],
    ['a part of what is missing', ['none'], 0, '1:1'],
  ])('Given %s, then it is at that part, or at what should hold it', (_name, path, offset, place) => {
    const { source, placeOf } = reading(TEXT);
    source.reportInText(path, offset, 'two', 'no');
    expect(placeOf()).toBe(place);
  });
});
