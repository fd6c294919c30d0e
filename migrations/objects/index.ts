import { Migration20261121000000_objects } from './migration-20261121000000-objects.ts';

/** Every migration of objects.db, oldest first. The length of the list is the schema's version. */
export const objectsMigrations = [Migration20261121000000_objects];
