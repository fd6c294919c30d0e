import type { Database as Sqlite } from 'better-sqlite3';

/** So many commits fill some hundred pages: less is not worth two flushes of the disk. */
const WORTH_COMMITS = 32;
/** Whoever has committed nothing for so long is waiting for something else. Milliseconds. */
const QUIET_MS = 20;

/**
 * Brings what the write-ahead log holds to its place while nobody waits for it: else every hundredth commit does that, and takes ten times as
 * long. Safe at any moment, as SQLite's own is; what fails is left for the next time, or for a commit, which says what stands in the way.
 */
export class QuietLog {
  readonly #db: Sqlite;
  #commits = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  committed(): void {
    this.#commits += 1;
    if (this.#commits < WORTH_COMMITS) return;
    // Nobody is kept alive by it: closing does the same.
    this.#timer = this.#timer?.refresh() ?? setTimeout(() => this.#move(), QUIET_MS).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #move(): boolean {
    try {
      this.#db.pragma('wal_checkpoint(passive)');
      this.#commits = 0;
      return true;
    } catch {
      return false;
    }
  }
}
