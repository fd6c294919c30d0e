import type { Database as Sqlite } from 'better-sqlite3';
import { connect } from './connection.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { openOn } from './open-database.ts';

interface Definition {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

const DEFINITIONS = `select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite%'`;

/**
 * What is not defined in a file as this program defines it. The pages of a file prove nothing about that: a column whose name has
 * lost a letter is as sound to SQLite as any. Loads the ORM.
 * @param db of the schema's version
 */
export async function schemaFaults(db: Sqlite, schema: DatabaseSchema): Promise<readonly string[]> {
  const found = new Map(definitionsIn(db).map((definition) => [definition.name, definition]));
  return (await definitionsOf(schema)).flatMap(({ type, name, sql }) => {
    const there = found.get(name);
    if (there === undefined) return [`there is no ${type} ${name}`];
    return words(there.sql) === words(sql) ? [] : [`the ${type} ${name} is not defined as it was made`];
  });
}

/** As a new file has them. */
async function definitionsOf(schema: DatabaseSchema): Promise<readonly Definition[]> {
  const file = ':memory:';
  const connection = await connect({ file, durability: 'normal', readonly: false, waitMs: 0 });
  const database = await openOn(connection, { file, schema, durability: 'normal' });
  try {
    return definitionsIn(connection.db);
  } finally {
    await database.close();
  }
}

const definitionsIn = (db: Sqlite): readonly Definition[] => db.prepare(DEFINITIONS).all() as Definition[];

const words = (sql: string): string => sql.replaceAll(/\s+/g, ' ');
