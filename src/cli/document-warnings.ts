import { DocumentError, type DocumentFault } from '../domain/errors.ts';
import type { Output } from './output.ts';

/** Says what is surely not meant in a document, though it would not keep it from running. */
export function sayWarnings(output: Output, warnings: readonly DocumentFault[]): void {
  for (const { file, line, column, message, hint } of warnings) {
    const why = hint === null ? '' : ` (${hint})`;
    output.note(`warning: ${file}:${line}:${column} ${message}${why}`);
  }
}

/** Says the warnings of a document also when it has faults. @throws what `read` throws */
export async function withWarnings<T>(output: Output, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof DocumentError) sayWarnings(output, thrown.warnings);
    throw thrown;
  }
}
