import type { EntityClass } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';

export type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

/** What the ORM needs to know of a database. */
export interface OrmSchema {
  readonly entities: readonly EntityClass[];
  /** Oldest first. */
  readonly migrations: readonly MigrationClass[];
}

/** A database's schema. The ORM's side of it is loaded only where entities are changed or the file is upgraded. */
export interface DatabaseSchema {
  /** How many migrations there are. */
  readonly version: number;
  load(): Promise<OrmSchema>;
}

export const AGENTS_SCHEMA: DatabaseSchema = {
  version: 4,
  load: async () => (await import('./orm-schemas.ts')).AGENTS_ORM,
};

export const OBJECTS_SCHEMA: DatabaseSchema = {
  version: 3,
  load: async () => (await import('./orm-schemas.ts')).OBJECTS_ORM,
};
