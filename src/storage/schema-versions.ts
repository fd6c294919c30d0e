import { agentsMigrations } from '../../migrations/index.ts';
import { objectsMigrations } from '../../migrations/objects/index.ts';

/** The schema that this program writes, by database file. */
export const SCHEMA_VERSIONS = {
  'agents.db': agentsMigrations.length,
  'objects.db': objectsMigrations.length,
} as const;
