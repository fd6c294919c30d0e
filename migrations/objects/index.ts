import { Migration20261121000000_objects } from './migration-20261121000000-objects.ts';
import { Migration20261121120000_scanned_folders } from './migration-20261121120000-scanned-folders.ts';
import { Migration20261121220000_bundles } from './migration-20261121220000-bundles.ts';

/** Every migration of objects.db, oldest first. The length of the list is the schema's version. */
export const objectsMigrations = [
  Migration20261121000000_objects,
  Migration20261121120000_scanned_folders,
  Migration20261121220000_bundles,
];
