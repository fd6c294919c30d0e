import type { Json } from '../domain/json.ts';

/** Words that YAML reads as themselves. Anything else is quoted, which is never wrong. */
const PLAIN = /^(?!(?:true|false|null)$)[a-z][a-z0-9_]*$/;

function renderText(text: string): string {
  if (PLAIN.test(text)) return text;
  // Single quotes leave backslashes alone, so that patterns read as they are; but they can't hold control characters.
  return /[\u0000-\u001F\u007F-\u009F]/.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

/** A value as YAML on one line. */
export function renderYaml(value: Json): string {
  if (typeof value === 'string') return renderText(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(renderYaml).join(', ')}]`;
  const pairs = Object.entries(value).map(
    ([name, item]) => `${renderText(name)}: ${renderYaml(item as Json)}`,
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** A value as JSON on one line, with spaces as people write it. */
export function renderJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(renderJson).join(', ')}]`;
  const pairs = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${renderJson(item as Json)}`,
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** A value below names that aren't there yet. */
export function nest(path: readonly string[], value: Json): Json {
  return path.reduceRight((inner: Json, name) => ({ [name]: inner }), value);
}
