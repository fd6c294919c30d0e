import type { CallId } from '../domain/ids.ts';
import type { BlobRef } from '../domain/plan-event.ts';

/** One line that a tool wrote, redacted, as it came: not yet printable. */
export interface LiveLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What tools say, for those who watch: live while a call runs, whole once it has ended. */
export interface OutputSource {
  /**
   * Tells the lines of a running call from the oldest kept on, in batches, until the returned function is called.
   * `dropped`: lines before this batch that are no longer kept.
   */
  follow(callId: CallId, onLines: (lines: readonly LiveLine[], dropped: number) => void): () => void;
  /** The stored log of an ended call. @throws StorageError */
  read(log: BlobRef): Promise<readonly LiveLine[]>;
}
