import { StorageError } from '../domain/errors.ts';

/** JSON that stands in a row. @throws StorageError `row_damaged` if it is none: the disk or somebody else changed it */
export function readStored(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StorageError('row_damaged', 'something in the database is damaged', {
      hint: (cause as Error).message,
      nextSteps: ['agents storage verify', 'put back a copy of the data folder'],
      cause,
    });
  }
}
