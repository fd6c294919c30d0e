import type { Database as Sqlite } from 'better-sqlite3';

const PAGE = 200;

interface Column {
  readonly name: string;
  /** Place in the primary key, from 1; 0 for the others. */
  readonly pk: number;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

type Row = Readonly<Record<string, unknown>>;

const TABLES = `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name`;

/** All tables; every one of ours has a primary key. */
export function tablesOf(db: Sqlite): readonly Table[] {
  const names = db.prepare(TABLES).pluck().all() as string[];
  return names.map((name) => ({ name, columns: db.pragma(`table_info("${name}")`) as Column[] }));
}

/** All rows of a table in order of its key, without a cursor that stays open between the pages. */
export function* readPages(db: Sqlite, { name, columns }: Table): Iterable<readonly Row[]> {
  const keys = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const key = keys.map((column) => `"${column.name}"`).join(', ');
  const marks = keys.map(() => '?').join(', ');
  const after = db.prepare(
    `select * from "${name}" where (${key}) > (${marks}) order by ${key} limit ${PAGE}`,
  );
  let rows = db.prepare(`select * from "${name}" order by ${key} limit ${PAGE}`).all() as Row[];
  for (let last = rows.at(-1); last; last = rows.at(-1)) {
    yield rows;
    rows = after.all(keys.map((column) => last?.[column.name])) as Row[];
  }
}
