import * as z from 'zod';
import type { ConfigKey } from './config-keys.ts';

interface Legal {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Legal[];
  readonly items?: Legal;
}

function wordsOf({ type, enum: words, anyOf, items }: Legal): readonly string[] {
  if (words) return words;
  if (anyOf) return anyOf.flatMap(wordsOf);
  if (items) return wordsOf(items);
  if (type === 'boolean') return ['true', 'false'];
  return type === 'null' ? ['null'] : [];
}

/** The words that a setting knows: all it can be, or what a list of it can hold; none where any text or number will do. */
export function legalWords({ schema }: ConfigKey): readonly string[] {
  return wordsOf(z.toJSONSchema(schema, { io: 'input' }) as Legal);
}
