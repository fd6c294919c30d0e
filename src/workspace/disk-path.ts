import { rawPathOf, type RawPath } from '../domain/raw-path.ts';

const NOT_ASCII = /[^\0-\x7f]/;

/** A path as the file system takes it, byte for byte. Text where that says the same, because it is faster. */
export function onDisk(path: RawPath): string | Buffer {
  return NOT_ASCII.test(path) ? Buffer.from(path, 'latin1') : path;
}

/** The absolute path of a path in a workspace, still as bytes. */
export function absolutePath(workspace: string, path: RawPath): RawPath {
  const root = workspace === '/' ? '' : rawPathOf(workspace);
  return path === '' ? root || '/' : `${root}/${path}`;
}
