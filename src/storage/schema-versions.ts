import { AGENTS_SCHEMA, OBJECTS_SCHEMA } from './database-schema.ts';

/** The schemas that this program writes, by database file. */
export const SCHEMAS = { 'agents.db': AGENTS_SCHEMA, 'objects.db': OBJECTS_SCHEMA } as const;
