import { join } from 'node:path';
import { ConfigError } from '../domain/errors.ts';
import {
  mayHoldSettings,
  projectFolders,
  readConfigText,
  userConfigFolder,
  USER_PLACES,
} from './config-places.ts';
import type { Config } from './config-schema.ts';
import type { ConfigSource } from './config-source.ts';
import { ABSENT, stampOf } from './config-stamp.ts';
import { DEFAULT_CONFIG, SETTING_PREFIXES } from './default-config.ts';
import { PROJECT_PLACES } from './project-places.ts';

/**
 * The settings in force. What reads and checks settings is loaded only where some are set.
 * @throws ConfigError `invalid_config`
 */
export async function readSettings(source: ConfigSource): Promise<Config> {
  if (!(await isAnySet(source))) return DEFAULT_CONFIG;
  const { loadConfig } = await import('./load-config.ts');
  return (await loadConfig(source)).config;
}

/** As `readSettings`; broken settings count as none. */
export async function readSettingsIfSound(source: ConfigSource): Promise<Config> {
  return await readSettings(source).catch((error: unknown) => {
    if (error instanceof ConfigError) return DEFAULT_CONFIG;
    throw error;
  });
}

/** Whether anything is set at all: cheap, and right only in so far as it may say yes where the loader finds nothing. */
export async function isAnySet(source: ConfigSource): Promise<boolean> {
  if (Object.keys(source.flags).length > 0) return true;
  const names = Object.keys(source.env);
  if (names.some((name) => SETTING_PREFIXES.some((prefix) => name.startsWith(prefix)))) return true;
  for (const path of placesOf(source)) {
    if (stampOf(path) !== ABSENT && (await maySet(path))) return true;
  }
  return false;
}

/** A text that changes whenever a file that may hold settings appears, goes away or is written. */
export const stampOfPlaces = (source: ConfigSource): string => placesOf(source).map(stampOf).join(' ');

function placesOf(source: ConfigSource): readonly string[] {
  const ofProject = projectFolders(source).flatMap((folder) =>
    PROJECT_PLACES.map((place) => join(folder, place)),
  );
  const folder = userConfigFolder(source.env);
  return [...ofProject, ...USER_PLACES.map((place) => join(folder, place))];
}

/** What can't be read is for the loader to complain about. */
async function maySet(path: string): Promise<boolean> {
  return await readConfigText(path).then(
    (text) => mayHoldSettings(path, text),
    () => true,
  );
}
