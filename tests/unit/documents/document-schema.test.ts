import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { planJsonSchema } from '../../../src/documents/document-schema.ts';
import { closestWord } from '../../../src/domain/closest-word.ts';
import { suggest } from '../../../src/documents/suggest.ts';

/** Every named property in a schema that is without description; what a branch refers to is followed once. */
function undescribed(schema: Json, path = ''): readonly string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const properties = Object.entries(((schema as JsonObject)['properties'] ?? {}) as JsonObject);
  const own = properties
    .filter(([, value]) => !('description' in (value as JsonObject)))
    .map(([key]) => `${path}/${key}`);
  return [
    ...own,
    ...Object.entries(schema).flatMap(([key, value]) => undescribed(value as Json, `${path}/${key}`)),
  ];
}

describe('Given the JSON Schema of documents', () => {
  it('it is draft 7, strict, and names what is required', () => {
    const schema = planJsonSchema();
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema).toMatchObject({ additionalProperties: false, required: ['name', 'steps'] });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it('every key is described for editors', () => {
    expect(undescribed(planJsonSchema())).toEqual([]);
  });
});

describe('Given a word that nobody knows', () => {
  it.each([
    ['wriet', ['read', 'write'], 'write'],
    ['WRITE', ['read', 'write'], 'write'],
    ['neeeds', ['needs', 'need'], 'needs'],
    ['b', ['a'], null],
    ['', ['a'], null],
    ['elephant', ['ant', 'environment'], null],
  ])('%s among %o is most likely %s', (word, candidates, nearest) => {
    expect(closestWord(word, candidates)).toBe(nearest);
  });

  it('a few candidates are listed, many are not', () => {
    expect(suggest('qqqq', ['a', 'b'])).toBe('known here: a, b');
    expect(suggest('qqqq', [], 'declare it')).toBe('declare it');
    expect(suggest('with', ['with', 'uses'], 'it goes with uses')).toBe('it goes with uses');
    expect(
      suggest(
        'qqqq',
        Array.from({ length: 13 }, (_, i) => `word${i}`),
      ),
    ).toBeNull();
  });
});
