import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { documentSchema, planJsonSchema } from '../../../src/documents/document-schema.ts';
import { closestWord } from '../../../src/domain/closest-word.ts';
import { suggest } from '../../../src/documents/suggest.ts';

/** Every named property in a schema that is without one of the annotations. */
function undescribed(schema: Json, path = ''): readonly string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const properties = Object.entries(((schema as JsonObject)['properties'] ?? {}) as JsonObject);
  const own = properties
    .filter(([, value]) => !['description', 'examples'].every((name) => name in (value as JsonObject)))
    .map(([key]) => `${path}/${key}`);
  return [
    ...own,
    ...Object.entries(schema).flatMap(([key, value]) => undescribed(value as Json, `${path}/${key}`)),
  ];
}

interface Example {
  readonly key: string;
  readonly fault: string | null;
}

/** Every example of every key, with why it is not legal. */
function examplesIn(schema: unknown, seen = new Set<unknown>()): readonly Example[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodLazy)
    return examplesIn(schema.unwrap(), seen);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => examplesIn(option, seen));
  if (schema instanceof z.ZodArray) return examplesIn(schema.element, seen);
  if (schema instanceof z.ZodRecord) return examplesIn(schema.valueType, seen);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, value]) => [
    ...((value.meta()?.['examples'] ?? []) as readonly unknown[]).map((example): Example => {
      const { error } = value.safeParse(example);
      return { key, fault: error?.message ?? null };
    }),
    ...examplesIn(value, seen),
  ]);
}

describe('Given the JSON Schema of documents', () => {
  it('it is draft 7, strict, and names what is required', () => {
    const schema = planJsonSchema();
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema).toMatchObject({ additionalProperties: false, required: ['name', 'steps'] });
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it('every key is described for editors, with examples', () => {
    expect(undescribed(planJsonSchema())).toEqual([]);
  });

  it('every example is legal where it stands', () => {
    const examples = examplesIn(documentSchema);
    expect(examples.length).toBeGreaterThan(60);
    expect(examples.filter(({ fault }) => fault !== null)).toEqual([]);
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
