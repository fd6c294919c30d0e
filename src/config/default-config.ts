import { CONFIG_KEYS } from './config-keys.ts';
import { configSchema, type Config } from './config-schema.ts';

// Plain data, which the bundle holds as it is (`.bundle-plugins.mjs`): reading it costs neither the schema nor zod.

/** What holds where nothing is set. */
export const DEFAULT_CONFIG: Config = configSchema.parse({});

/** The beginnings of variables that can only be meant as settings: `AGENTS_CORE_`. `AGENTS_HOME` is none. */
export const SETTING_PREFIXES: readonly string[] = [
  ...new Set(CONFIG_KEYS.map((key) => `AGENTS_${key.path[0]?.toUpperCase()}_`)),
];
