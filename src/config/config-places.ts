import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import type { ConfigSource } from './config-source.ts';
import { ABSENT, stampOf } from './config-stamp.ts';

/** The forms of the user's own file, in order. */
export const USER_PLACES: readonly string[] = ['config', 'config.json', 'config.yaml', 'config.yml'];

/** The user's own folder of settings: `$AGENTS_CONFIG_HOME`, `$XDG_CONFIG_HOME/agents`, else the platform's. */
export function userConfigFolder(env: ConfigSource['env']): string {
  if (env['AGENTS_CONFIG_HOME']) return resolve(env['AGENTS_CONFIG_HOME']);
  if (env['XDG_CONFIG_HOME']) return join(env['XDG_CONFIG_HOME'], 'agents');
  return envPaths('agents', { suffix: '' }).config;
}

/** From the workspace upwards to the user's home or the root of the file system, both included. */
export function projectFolders({ workspace, home }: ConfigSource): readonly string[] {
  const last = stampOf(home) === ABSENT ? home : realpathSync(home);
  const folders = [workspace];
  for (let folder = workspace; folder !== last && dirname(folder) !== folder;) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** The key of a file below which its settings stand; null if the whole file is settings. */
export function sectionOf(path: string): string | null {
  return basename(path) === 'package.json' ? 'agents' : null;
}

/** A package.json that never says "agents" is none of our business, however broken. */
export function mayHoldSettings(path: string, text: string): boolean {
  const section = sectionOf(path);
  return section === null || text.includes(`"${section}"`);
}

/** @throws Error with the reason as its message */
export async function readConfigText(path: string): Promise<string> {
  // Looked at first: reading a named pipe would wait for ever.
  const kind = await stat(path);
  if (kind.isDirectory()) throw new Error('it is a folder');
  if (!kind.isFile()) throw new Error('it is no regular file');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
}
