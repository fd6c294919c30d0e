import { readFile, realpath, stat } from 'node:fs/promises';

const MAX_BYTES = 1024 * 1024;

/** A document's text, or why it can't be had. */
export type FileText =
  | { readonly kind: 'text'; readonly realPath: string; readonly text: string; readonly bytes: number }
  | { readonly kind: 'missing' | 'unusable'; readonly message: string; readonly hint: string | null };

/** Reads a plan document; `shown` is how messages call it. */
export async function readDocumentFile(path: string, shown: string): Promise<FileText> {
  try {
    const { size, ...entry } = await stat(path).then((stats) => ({
      size: stats.size,
      isFile: stats.isFile(),
    }));
    // Anything else might never end: a pipe, a device.
    if (!entry.isFile) return { kind: 'unusable', message: `${shown} is not a file`, hint: null };
    if (size > MAX_BYTES)
      return { kind: 'unusable', message: `${shown} is too large`, hint: `${size} bytes; at most 1 MiB` };
    const bytes = await readFile(path);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { kind: 'text', realPath: await realpath(path), text, bytes: bytes.byteLength };
  } catch (error) {
    return explain(error, shown);
  }
}

function explain(error: unknown, shown: string): FileText {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { kind: 'missing', message: `there is no file ${shown}`, hint: null };
  if (error instanceof TypeError)
    return { kind: 'unusable', message: `${shown} is not UTF-8 text`, hint: null };
  return { kind: 'unusable', message: `${shown} cannot be read`, hint: message };
}
