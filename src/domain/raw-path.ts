/**
 * A file name, or a path relative to its workspace, as the file system's bytes: one character (U+0000 to U+00FF) for each
 * byte, `/` between names. File names are bytes, not text: they need not be UTF-8, and two that look alike can differ.
 */
export type RawPath = string;

/** A path in JSON: readable, and exact where it isn't UTF-8. */
export interface PathJson {
  /** As UTF-8; what isn't shows as U+FFFD. */
  readonly path: string;
  /** The bytes, only where `path` doesn't say them. */
  readonly path_base64?: string;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The path as people read it; bytes that aren't UTF-8 show as U+FFFD. */
export function textOfPath(raw: RawPath): string {
  return isAscii(raw) ? raw : decoder.decode(bytesOfPath(raw));
}

export function rawPathOf(text: string): RawPath {
  return isAscii(text) ? text : rawPathOfBytes(encoder.encode(text));
}

export function bytesOfPath(raw: RawPath): Uint8Array {
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

export function rawPathOfBytes(bytes: Uint8Array): RawPath {
  let raw = '';
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return raw;
}

export function toPathJson(raw: RawPath): PathJson {
  const path = textOfPath(raw);
  return rawPathOf(path) === raw ? { path } : { path, path_base64: btoa(raw) };
}

export function fromPathJson({ path, path_base64 }: PathJson): RawPath {
  return path_base64 === undefined ? rawPathOf(path) : atob(path_base64);
}

/** `''` is the workspace itself. */
export function joinPath(folder: RawPath, name: RawPath): RawPath {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The folder that a path stands in; `''` for the workspace itself. */
export function folderOf(path: RawPath): RawPath {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** True for the folder itself and for all below it. `''` holds everything. */
export function isWithin(path: RawPath, folder: RawPath): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}
