import type { JsonObject } from '../domain/json.ts';

/** The JSON Schema of plan documents, for editors. */
export async function planSchema(): Promise<JsonObject> {
  const { planJsonSchema } = await import('../documents/document-schema.ts');
  return planJsonSchema();
}
