import { defineConfig } from '@mikro-orm/sqlite';
import { Migrator } from '@mikro-orm/migrations';
import { AGENTS_ENTITIES } from './src/storage/entities/all-entities.ts';

/**
 * For the ORM's command line only (`npm run migration:create`): it writes the difference between the entities and
 * `.snapshot.json` as a new migration. The program itself uses src/storage/open-database.ts.
 */
export default defineConfig({
  dbName: ':memory:',
  entities: [...AGENTS_ENTITIES],
  extensions: [Migrator],
  migrations: {
    path: 'migrations',
    pathTs: 'migrations',
    glob: 'migration-*.{ts,js}',
    emit: 'ts',
    snapshotName: '.snapshot',
    fileName: (timestamp, name = 'change') => `migration-${timestamp}-${name}`,
  },
});
