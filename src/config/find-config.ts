import { stat, readFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { getDefaultSearchPlaces } from 'cosmiconfig';
import envPaths from 'env-paths';
import type { ConfigFault } from './config-fault.ts';
import type { ConfigFile, ConfigSource } from './config-source.ts';
import { ABSENT, stampOf } from './config-stamp.ts';
import { parseConfig, type ParsedConfig } from './parse-config.ts';

type FileLevel = ConfigFile['level'];

const DATA_FORMS = new Set(['', '.json', '.yaml', '.yml']);

function isDataForm(place: string): boolean {
  return dirname(place) === '.' && DATA_FORMS.has(extname(place.replace(/^\./, '')));
}

/**
 * The places in a project's folder, in the order that cosmiconfig gives them, without those that are programs:
 * configuration is data. Its own search isn't used: it would run `.config/config.js` of the current folder to learn
 * its own options, pass over files that can't be read, and follow `$import`.
 */
export const PROJECT_PLACES: readonly string[] = getDefaultSearchPlaces('agents').filter(isDataForm);
const USER_PLACES: readonly string[] = ['config', 'config.json', 'config.yaml', 'config.yml'];

/** The user's own folder of settings: `$AGENTS_CONFIG_HOME`, `$XDG_CONFIG_HOME/agents`, else the platform's. */
export function userConfigFolder(env: ConfigSource['env']): string {
  if (env['AGENTS_CONFIG_HOME']) return resolve(env['AGENTS_CONFIG_HOME']);
  if (env['XDG_CONFIG_HOME']) return join(env['XDG_CONFIG_HOME'], 'agents');
  return envPaths('agents', { suffix: '' }).config;
}

/** From the workspace upwards to the user's home or the root of the file system, both included. */
function projectFolders({ workspace, home }: ConfigSource): readonly string[] {
  const last = stampOf(home) === ABSENT ? home : realpathSync(home);
  const folders = [workspace];
  for (let folder = workspace; folder !== last && dirname(folder) !== folder;) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

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

/** @throws Error with the reason as its message */
async function readConfigText(path: string): Promise<string> {
  // Looked at first: reading a named pipe would wait for ever.
  const kind = await stat(path);
  if (kind.isDirectory()) throw new Error('it is a folder');
  if (!kind.isFile()) throw new Error('it is no regular file');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}

/** The key of a file below which its settings stand; null if the whole file is settings. */
export function sectionOf(path: string): string | null {
  return basename(path) === 'package.json' ? 'agents' : null;
}

function hasSettings(path: string, text: string, parsed: ParsedConfig): boolean {
  const section = sectionOf(path);
  // A package.json that never says "agents" is none of our business, however broken.
  return (
    section === null || (text.includes(`"${section}"`) && (parsed.root !== null || parsed.faults.length > 0))
  );
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
