import { readdirSync } from 'node:fs';
import type { RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';

/** What the system lists of a folder. */
export interface ListedFolder {
  /** In the order of their bytes. */
  readonly names: readonly RawPath[];
  /** Those that stand for files, as far as was asked. */
  readonly files: ReadonlySet<RawPath>;
}

const NONE: ReadonlySet<RawPath> = new Set();

/** @param tellsFiles whether it matters which are files: to know costs a little. @throws the system's error */
export function listFolder(path: RawPath, tellsFiles: boolean): ListedFolder {
  if (!tellsFiles) return { names: readdirSync(onDisk(path), 'latin1').sort(), files: NONE };
  const found = readdirSync(onDisk(path), { encoding: 'latin1', withFileTypes: true });
  const files = new Set<RawPath>();
  for (const each of found) if (each.isFile()) files.add(each.name);
  return { names: found.map(({ name }) => name).sort(), files };
}
