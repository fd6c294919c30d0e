import { AGENTS_SCHEMA, OBJECTS_SCHEMA } from './database-schema.ts';

/** The schema that this program writes, by database file. */
export const SCHEMA_VERSIONS = {
  'agents.db': AGENTS_SCHEMA.version,
  'objects.db': OBJECTS_SCHEMA.version,
} as const;
