import Database from 'better-sqlite3';

interface SchemaRow {
  readonly type: 'table' | 'index' | 'view';
  readonly name: string;
  readonly sql: string | null;
}

/** Made by SQLite itself. */
const OWN = /^sqlite_/;
const SEQUENCE = 'sqlite_sequence';

const quoteName = (name: string): string => `"${name}"`;

/** A database as text that makes it again: its schema's version, tables with their rows, indexes and views. */
export function dumpDatabase(file: string): string {
  const db = new Database(file, { readonly: true });
  try {
    const schema = db
      .prepare("select type, name, sql from sqlite_schema order by type = 'view', type = 'index', name")
      .all() as SchemaRow[];
    const lines = [`pragma user_version = ${db.pragma('user_version', { simple: true }) as number};`];
    for (const { type, name, sql } of schema) {
      if (sql === null || OWN.test(name)) continue;
      lines.push(`${sql};`);
      if (type === 'table') lines.push(...insertsOf(db, name));
    }
    // The numbers that were given, so that none is given twice.
    if (schema.some(({ name }) => name === SEQUENCE))
      lines.push(`delete from ${SEQUENCE};`, ...insertsOf(db, SEQUENCE));
    return `${lines.join('\n')}\n`;
  } finally {
    db.close();
  }
}

/** In the order of the rows' text: the same whatever way they were written in. */
function insertsOf(db: Database.Database, table: string): readonly string[] {
  const columns = (db.pragma(`table_info(${quoteName(table)})`) as { readonly name: string }[]).map(
    ({ name }) => name,
  );
  const values = columns.map((name) => `quote(${quoteName(name)})`).join(` || ', ' || `);
  return (
    db
      .prepare(`select ${values} from ${quoteName(table)}`)
      .pluck()
      .all() as string[]
  )
    .sort()
    .map((row) => `insert into ${table} values (${row});`);
}

/** Makes a database of what dumpDatabase has written. */
export function loadDump(file: string, sql: string): void {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = wal');
    db.pragma('foreign_keys = off');
    db.exec(`begin;\n${sql}\ncommit;`);
  } finally {
    db.close();
  }
}

/** How many rows each table has. */
export function countRows(file: string): Readonly<Record<string, number>> {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db
      .prepare("select name from sqlite_schema where type = 'table'")
      .pluck()
      .all() as string[];
    const count = (name: string): number =>
      db
        .prepare(`select count(*) from ${quoteName(name)}`)
        .pluck()
        .get() as number;
    return Object.fromEntries(tables.filter((name) => !OWN.test(name)).map((name) => [name, count(name)]));
  } finally {
    db.close();
  }
}
