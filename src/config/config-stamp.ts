import { statSync } from 'node:fs';

/**
 * A text that changes whenever the file at a path appears, goes away, is replaced or written. Synchronous, because a
 * look takes a few microseconds and a run looks at every file before each trigger.
 */
export function stampOf(path: string): string {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found ? `${found.ino}:${found.size}:${found.mtimeNs}` : ABSENT;
  } catch (error) {
    // Not readable is a state like any other: reading it says why.
    return (error as NodeJS.ErrnoException).code as string;
  }
}

/** The stamp of a file that isn't there. */
export const ABSENT = 'absent';
