import type { GarbageOptions, ObjectGarbage } from '../ports/object-garbage.ts';
import type { RollbackOptions } from '../ports/rollback-control.ts';
import type { Session } from './session.ts';

/** Lends what looks after the store, and closes it. */
export async function withGarbage<T>(
  session: Session,
  work: (garbage: ObjectGarbage) => Promise<T>,
): Promise<T> {
  const garbage = await (await session.app()).garbage();
  try {
    return await work(garbage);
  } finally {
    await garbage.close();
  }
}

/** Counts become sentences: `reading contents: 1200 of 5000`. */
export function countedWork({
  signal,
  onProgress,
}: RollbackOptions): GarbageOptions & { readonly signal: AbortSignal } {
  return {
    signal,
    onProgress: (done, total, what) => onProgress(`${what}: ${done}${total === null ? '' : ` of ${total}`}`),
  };
}
