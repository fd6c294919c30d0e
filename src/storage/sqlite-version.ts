import Database from 'better-sqlite3';

/** Of the library that this program brings with it. */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return db.prepare('select sqlite_version()').pluck().get() as string;
  } finally {
    db.close();
  }
}
