import Database from 'better-sqlite3';

/** Megabytes that tables of a database take, with their indexes; free pages and the write-ahead log left out. */
export function tableMegabytes(file: string, tables: readonly string[]): number {
  const database = new Database(file, { readonly: true });
  try {
    const places = tables.map(() => '?').join(', ');
    const sum = database.prepare(
      `select sum(pgsize) from dbstat where name in (select name from sqlite_master where tbl_name in (${places}))`,
    );
    return (sum.pluck().get(...tables) as number) / 1e6;
  } finally {
    database.close();
  }
}
