import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/sqlite';
import type { Connection } from './connection.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { GatedSqliteDialect } from './dialect.ts';

/** The ORM on a connection that is open already. Import this file lazily: loading it costs more than most commands. */
export async function openOrm(
  connection: Connection,
  file: string,
  schema: DatabaseSchema,
): Promise<MikroORM> {
  const { entities, migrations } = await schema.load();
  return new MikroORM({
    dbName: file,
    entities: [...entities],
    extensions: [Migrator],
    // Said although most are defaults: what is left out, MIKRO_ORM_* in a user's environment would fill in.
    debug: false,
    ensureDatabase: false,
    metadataCache: { enabled: false },
    driverOptions: new GatedSqliteDialect(connection),
    migrations: {
      migrationsList: [...migrations],
      tableName: 'mikro_orm_migrations',
      transactional: true,
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
  });
}
