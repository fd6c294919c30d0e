import { defineConfig, type EntityClass, type Options } from '@mikro-orm/sqlite';
import { Migrator } from '@mikro-orm/migrations';
import { AGENTS_ENTITIES, OBJECTS_ENTITIES } from './src/storage/entities/all-entities.ts';

function configOf(contextName: string, entities: readonly EntityClass[], path: string): Options {
  return defineConfig({
    contextName,
    dbName: ':memory:',
    entities: [...entities],
    extensions: [Migrator],
    migrations: {
      path,
      pathTs: path,
      glob: 'migration-*.{ts,js}',
      emit: 'ts',
      snapshotName: '.snapshot',
      fileName: (timestamp, name = 'change') => `migration-${timestamp}-${name}`,
    },
  });
}

/**
 * For the ORM's command line only: `npm run migration:create -- --name WHAT` (for objects.db with
 * `--contextName objects`) writes the difference between the entities and `.snapshot.json` as a new migration. Read it,
 * then add it to the list in `index.ts`. The program itself uses src/storage/open-database.ts.
 */
export default [
  configOf('default', AGENTS_ENTITIES, 'migrations'),
  configOf('objects', OBJECTS_ENTITIES, 'migrations/objects'),
];
