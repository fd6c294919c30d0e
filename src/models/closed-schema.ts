import type { Json } from '../domain/json.ts';

/**
 * True if every object of a JSON Schema has all of its properties and no others. OpenAI holds its models to such a schema to
 * the letter, and refuses to with any other.
 */
export function isClosed(schema: Json): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  if (Array.isArray(schema)) return schema.every(isClosed);
  const { type, properties, required, additionalProperties, ...others } = schema as Record<string, Json>;
  const parts = (properties ?? {}) as Record<string, Json>;
  const isWhole =
    type !== 'object' ||
    (additionalProperties === false &&
      Array.isArray(required) &&
      Object.keys(parts).every((name) => (required as readonly Json[]).includes(name)));
  return isWhole && [...Object.values(parts), ...Object.values(others)].every(isClosed);
}
