import type { Json } from '../domain/json.ts';
import { checkValue, type GivenValue } from './check-value.ts';
import { toConfigError, type ConfigFault } from './config-fault.ts';
import { CONFIG_KEYS, type ConfigKey } from './config-keys.ts';
import { configSchema, type Config } from './config-schema.ts';
import type { ConfigFile, ConfigSource, LevelValue, Origin } from './config-source.ts';
import { findProjectConfig, findUserConfig } from './find-config.ts';
import { IGNORE_KEY, readIgnoreFile, type IgnoreFile } from './ignore-file.ts';
import { readEnvironment, readFlags } from './read-text-values.ts';

/** The configuration in force, and where it comes from. */
export interface LoadedConfig {
  readonly config: Config;
  /** For each key, where its value was given. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** For each key, what every level gives, the highest first, the default last. */
  readonly levels: Readonly<Record<string, readonly LevelValue[]>>;
  /** The files that were read, and those that would matter if they appeared. */
  readonly files: readonly ConfigFile[];
  readonly ignoreFile: IgnoreFile;
}

/** One reading of everything: `loaded` is null if there are faults. */
export interface ConfigReading {
  readonly loaded: LoadedConfig | null;
  readonly files: readonly ConfigFile[];
  readonly ignoreFile: IgnoreFile;
  readonly faults: readonly ConfigFault[];
}

const DEFAULT: Origin = { level: 'default', name: null, line: null, column: null };

/** Reads every level, highest first, and notes all that is wrong. */
export async function readConfig(source: ConfigSource): Promise<ConfigReading> {
  const flags = readFlags(source.flags);
  const environment = readEnvironment(source.env);
  const project = await findProjectConfig(source);
  const user = await findUserConfig(source);
  const inFiles = [project, user].flatMap(({ found }) => found?.parsed.values ?? []);
  const faults = [...flags.faults, ...environment.faults, ...project.faults, ...user.faults];
  const levels = collectLevels([...flags.values, ...environment.values, ...inFiles], faults);
  const files = [...project.files, ...user.files];
  const ignoreFile = await readIgnoreFile(source.workspace);
  const loaded = faults.length > 0 ? null : merge(levels, files, ignoreFile);
  return { loaded, files, ignoreFile, faults };
}

/** Values are given highest level first, and that is the order they keep. */
function collectLevels(
  given: readonly GivenValue[],
  faults: ConfigFault[],
): ReadonlyMap<ConfigKey, LevelValue[]> {
  const levels = new Map<ConfigKey, LevelValue[]>(CONFIG_KEYS.map((key) => [key, []]));
  for (const value of given) {
    const checked = checkValue(value, faults);
    if (checked) levels.get(value.key)?.push(checked);
  }
  for (const [key, values] of levels) values.push({ origin: DEFAULT, value: key.default });
  return levels;
}

function merge(
  byKey: ReadonlyMap<ConfigKey, LevelValue[]>,
  files: readonly ConfigFile[],
  ignoreFile: IgnoreFile,
): LoadedConfig {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  const levels: Record<string, readonly LevelValue[]> = {};
  for (const [{ key, path }, given] of byKey) {
    const [winner] = given as [LevelValue];
    putAt(values, path, winner.value);
    origins[key] = winner.origin;
    levels[key] = given;
  }
  return { config: configSchema.parse(values), origins, levels, files, ignoreFile };
}

/** The same reading with other values in force for some keys, each in the place of the one that was. */
export function withValues(loaded: LoadedConfig, values: ReadonlyMap<string, Json>): LoadedConfig {
  const byKey = CONFIG_KEYS.map((key): readonly [ConfigKey, LevelValue[]] => {
    const [winner, ...others] = loaded.levels[key.key] as readonly [LevelValue, ...LevelValue[]];
    const value = values.get(key.key);
    return [key, [value === undefined ? winner : { ...winner, value }, ...others]];
  });
  const text = values.get(IGNORE_KEY) ?? loaded.ignoreFile.text;
  return merge(new Map(byKey), loaded.files, { ...loaded.ignoreFile, text: text as string });
}

function putAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) target[name] = value;
  else putAt((target[name] ??= {}) as Record<string, unknown>, rest, value);
}

/** @throws ConfigError with every fault of a reading and its place */
export function loadedOf({ loaded, faults }: ConfigReading): LoadedConfig {
  if (loaded) return loaded;
  throw toConfigError(faults as [ConfigFault, ...ConfigFault[]]);
}

/** What holds for a key, or for `.agentsignore`. */
export function valueOf(loaded: LoadedConfig, key: string): Json {
  if (key === IGNORE_KEY) return loaded.ignoreFile.text;
  return (loaded.levels[key] as readonly [LevelValue])[0].value;
}

/**
 * The configuration for a workspace: flag over environment over project over user over default, key by key; a list
 * replaces a list.
 * @throws ConfigError `invalid_config` with every fault and its place
 */
export async function loadConfig(source: ConfigSource): Promise<LoadedConfig> {
  return loadedOf(await readConfig(source));
}
