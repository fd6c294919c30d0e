import { agentsMigrations } from '../../migrations/index.ts';
import { objectsMigrations } from '../../migrations/objects/index.ts';
import type { OrmSchema } from './database-schema.ts';
import { AGENTS_ENTITIES, OBJECTS_ENTITIES } from './entities/all-entities.ts';

export const AGENTS_ORM: OrmSchema = { entities: AGENTS_ENTITIES, migrations: agentsMigrations };
export const OBJECTS_ORM: OrmSchema = { entities: OBJECTS_ENTITIES, migrations: objectsMigrations };
