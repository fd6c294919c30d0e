import type { Json } from './json.ts';

/**
 * What stands for a secret everywhere but in a tool's environment. Expressions copy it like any text; the tool runner
 * puts the value in its place in `env`, and refuses it anywhere else.
 */
const REFERENCE = /\[secret:([^\]]+)\]/g;

export function secretReference(name: string): string {
  return `[secret:${name}]`;
}

/** The names of the secrets that a value refers to, at any depth. */
export function secretsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(REFERENCE)].flatMap(([, ...names]) => names);
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((item: Json) => secretsIn(item));
}

/** Replaces the references in a text by what `resolve` gives for their names. */
export function resolveSecrets(text: string, resolve: (name: string) => string): string {
  return text.replaceAll(REFERENCE, (_, name: string) => resolve(name));
}
