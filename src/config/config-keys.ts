import * as z from 'zod';
import { closestWord } from '../domain/closest-word.ts';
import { ConfigError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { configSchema } from './config-schema.ts';

/** One setting, a leaf of the schema. */
export interface ConfigKey {
  /** As people write it: `core.checkpoints.on_failure`. */
  readonly key: string;
  readonly path: readonly string[];
  /** The environment variable that sets it. */
  readonly env: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly default: Json;
}

function collectKeys(schema: z.ZodType, path: readonly string[]): readonly ConfigKey[] {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, part]) =>
      collectKeys(part as z.ZodType, [...path, name]),
    );
  }
  return [
    {
      key: path.join('.'),
      path,
      env: `AGENTS_${path.join('_').toUpperCase()}`,
      description: schema.description as string,
      schema,
      default: schema.parse(undefined) as Json,
    },
  ];
}

/** Every setting, in the schema's order. */
export const CONFIG_KEYS: readonly ConfigKey[] = collectKeys(configSchema, []);

const BY_KEY: ReadonlyMap<string, ConfigKey> = new Map(CONFIG_KEYS.map((key) => [key.key, key]));

/** The setting at a path, undefined if it is a group or unknown. A name with a dot in it is never one. */
export function keyAt(path: readonly string[]): ConfigKey | undefined {
  return path.some((name) => name.includes('.')) ? undefined : BY_KEY.get(path.join('.'));
}

/** The names below a group, in order; none if the path is no group. */
export function namesBelow(path: readonly string[]): readonly string[] {
  const inside = CONFIG_KEYS.filter((key) => path.every((name, index) => key.path[index] === name));
  return [...new Set(inside.map((key) => key.path[path.length]))].filter((name) => name !== undefined);
}

/** What someone who wrote `text` as a whole key may have meant. */
export function hintForKey(text: string): string {
  const group = namesBelow(text.split('.'));
  if (group.length > 0)
    return `it is a group of settings: ${group.map((name) => `${text}.${name}`).join(', ')}`;
  const near = closestWord(text, BY_KEY.keys()) ?? CONFIG_KEYS.find((key) => key.path.at(-1) === text)?.key;
  return near ? `did you mean ${near}?` : `the settings are ${[...BY_KEY.keys()].join(', ')}`;
}

/** @throws ConfigError `unknown_config_key`, with the nearest key */
export function findConfigKey(text: string): ConfigKey {
  const key = BY_KEY.get(text);
  if (key) return key;
  throw new ConfigError('unknown_config_key', `there is no setting ${toPrintableLine(text)}`, {
    hint: hintForKey(text),
    nextSteps: ['agents config show'],
  });
}
