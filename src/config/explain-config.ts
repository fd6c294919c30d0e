import type { Json } from '../domain/json.ts';
import { findConfigKey } from './config-keys.ts';
import { describePlace, type ConfigLevel, type LevelValue } from './config-source.ts';
import type { LoadedConfig } from './load-config.ts';

export interface ExplainedLevel {
  readonly origin: ConfigLevel;
  readonly value: Json;
  /** `/x/.agentsrc:3:5`, a variable, a flag; null for the default. */
  readonly where: string | null;
}

/** Which level won for a key, and what the others say. */
export interface ExplainedKey extends ExplainedLevel {
  readonly key: string;
  readonly description: string;
  /** Only levels that give a value, the highest first, the default last. */
  readonly levels: readonly ExplainedLevel[];
}

/** @throws ConfigError `unknown_config_key` */
export function explainConfig(loaded: LoadedConfig, text: string): ExplainedKey {
  const { key, description } = findConfigKey(text);
  const given = loaded.levels[key] as readonly LevelValue[];
  const levels = given.map(({ origin, value }) => ({
    origin: origin.level,
    value,
    where: describePlace(origin),
  }));
  return { key, ...(levels[0] as ExplainedLevel), description, levels };
}
