import { Migration20261121000000_plans } from './migration-20261121000000-plans.ts';
import { Migration20261121194832_retention } from './migration-20261121194832-retention.ts';
import { Migration20261121230000_plan_documents } from './migration-20261121230000-plan-documents.ts';
import { Migration20261122000000_part_versions } from './migration-20261122000000-part-versions.ts';

/** Every migration of agents.db, oldest first. The length of the list is the schema's version. */
export const agentsMigrations = [
  Migration20261121000000_plans,
  Migration20261121194832_retention,
  Migration20261121230000_plan_documents,
  Migration20261122000000_part_versions,
];
