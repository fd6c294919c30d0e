import { join } from 'node:path';
import type { ConfigFault } from './config-fault.ts';
import {
  mayHoldSettings,
  projectFolders,
  readConfigText,
  sectionOf,
  userConfigFolder,
  USER_PLACES,
} from './config-places.ts';
import type { ConfigFile, ConfigSource } from './config-source.ts';
import { ABSENT, stampOf } from './config-stamp.ts';
import { parseConfig, type ParsedConfig } from './parse-config.ts';
import { PROJECT_PLACES } from './project-places.ts';

type FileLevel = ConfigFile['level'];

/** A file with its text, and what was read from it. */
export interface FoundConfig {
  readonly path: string;
  readonly text: string;
  readonly parsed: ParsedConfig;
}

export interface ConfigSearch {
  /** The nearest file that has a configuration; null if there is none. */
  readonly found: FoundConfig | null;
  /** Every file looked at, in order. */
  readonly files: readonly ConfigFile[];
  readonly faults: readonly ConfigFault[];
}

function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'is not UTF-8' : `can't be read: ${message}`;
}

function hasSettings(path: string, text: string, parsed: ParsedConfig): boolean {
  const isWhole = sectionOf(path) === null;
  return isWhole || (mayHoldSettings(path, text) && (parsed.root !== null || parsed.faults.length > 0));
}

/** Looks at one folder's places in order until one has settings. */
async function searchFolder(
  folder: string,
  places: readonly string[],
  level: FileLevel,
): Promise<ConfigSearch> {
  const files: ConfigFile[] = [];
  for (const [index, place] of places.entries()) {
    const path = join(folder, place);
    const stamp = stampOf(path);
    const absent: ConfigFile = { path, level, role: 'absent', stamp };
    if (stamp === ABSENT) files.push(absent);
    else {
      const read = await readFound(path, level);
      if ('fault' in read)
        return { found: null, files: [...files, { ...absent, role: 'read' }], faults: [read.fault] };
      if (!hasSettings(path, read.text, read.parsed)) files.push(absent);
      else {
        files.push({ ...absent, role: 'read' }, ...shadowedFiles(folder, places.slice(index + 1), level));
        return { found: read, files, faults: read.parsed.faults };
      }
    }
  }
  return { found: null, files, faults: [] };
}

async function readFound(
  path: string,
  level: FileLevel,
): Promise<FoundConfig | { readonly fault: ConfigFault }> {
  try {
    const text = await readConfigText(path);
    return { path, text, parsed: parseConfig(text, path, level, sectionOf(path)) };
  } catch (error) {
    const origin = { level, name: path, line: null, column: null };
    return { fault: { origin, message: whyUnreadable(error), hint: null } };
  }
}

function shadowedFiles(folder: string, places: readonly string[], level: FileLevel): readonly ConfigFile[] {
  const files = places.map((place) => ({
    path: join(folder, place),
    level,
    stamp: stampOf(join(folder, place)),
  }));
  return files
    .filter(({ stamp }) => stamp !== ABSENT)
    .map((file) => ({ ...file, role: 'shadowed' as const }));
}

/** The project's file: the nearest one wins, whole; those further up aren't read. */
export async function findProjectConfig(source: ConfigSource): Promise<ConfigSearch> {
  const files: ConfigFile[] = [];
  for (const folder of projectFolders(source)) {
    const search = await searchFolder(folder, PROJECT_PLACES, 'project');
    files.push(...search.files);
    if (search.found !== null || search.faults.length > 0) return { ...search, files };
  }
  return { found: null, files, faults: [] };
}

/** The user's own file. */
export function findUserConfig(source: ConfigSource): Promise<ConfigSearch> {
  return searchFolder(userConfigFolder(source.env), USER_PLACES, 'user');
}
