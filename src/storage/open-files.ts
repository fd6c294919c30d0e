import { statSync } from 'node:fs';
import { StorageError } from '../domain/errors.ts';

/** What became of a file that is in use: nothing stands there, something else does, it is cut off, or it can't be reached. */
export type Loss = 'gone' | 'another' | 'shorter' | 'unreachable';

export interface LostFile {
  readonly path: string;
  readonly loss: Loss;
}

interface Seen {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
}

const WORDS: Readonly<Record<Loss, string>> = {
  gone: 'was deleted',
  another: 'was replaced by another',
  shorter: 'was cut off',
  unreachable: 'may not be reached any more',
};

/**
 * Files that are open or counted on for a long time. Who deletes or replaces one of them stops nothing: what is written from then on
 * would go to a file that nobody can open again. So this looks whether they are still the same, by one stat each.
 */
export class OpenFiles {
  readonly #paths: readonly string[];
  /** As they were when they were there first. */
  readonly #seen = new Map<string, Seen>();

  /** @param paths files that never get shorter, and folders (with a / at their end) */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.findLost();
  }

  /** Of a SQLite database: the log and its index belong to it as long as anybody has it open. */
  static ofDatabase(file: string, ...more: readonly string[]): OpenFiles {
    return new OpenFiles([file, `${file}-wal`, `${file}-shm`, ...more]);
  }

  /** The first that isn't what it was; null if all are. */
  findLost(): LostFile | null {
    for (const path of this.#paths) {
      const loss = this.#lossOf(path);
      if (loss !== null) return { path, loss };
    }
    return null;
  }

  #lossOf(path: string): Loss | null {
    const before = this.#seen.get(path);
    const now = look(path);
    if (now === 'unreachable') return now;
    if (now === null) return before ? 'gone' : null;
    if (before && (before.ino !== now.ino || before.dev !== now.dev)) return 'another';
    // The size of a folder says nothing, and that of the log and its index changes both ways.
    const grows = !/-wal$|-shm$|\/$/.test(path);
    if (before && grows && now.size < before.size) return 'shorter';
    this.#seen.set(path, now);
    return null;
  }
}

function look(path: string): Seen | null | 'unreachable' {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? { dev: found.dev, ino: found.ino, size: found.size } : null;
  } catch {
    // A folder above it was closed: whatever is written, nobody finds it.
    return 'unreachable';
  }
}

/** `code`: `storage_lost`. @param kept where the rows are now, see rescueDatabase; null: they could not be kept */
export function lostFile({ path, loss }: LostFile, kept: string | null): StorageError {
  const rest =
    kept === null
      ? 'nothing more is written; what was stored in it may be lost'
      : `what was stored in it until now is in ${kept}`;
  return new StorageError('storage_lost', `${path} ${WORDS[loss]} while it was in use`, {
    hint: `${rest}: without it no step could be taken back, so nothing goes on`,
    nextSteps: ['agents doctor', 'agents storage verify'],
  });
}
