import { Migration } from '@mikro-orm/migrations';

/** How far retention has come, and the last rollback, are found in a long journal without reading it. */
export class Migration20261121194832_retention extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261121194832_retention';

  override up(): void {
    this.addSql(`create index "plan_events_pruned_idx" on "plan_events" ("root_plan_id", "seq")
      where type = 'checkpoint.pruned'`);
    this.addSql(`create index "plan_events_rolled_back_idx" on "plan_events" ("root_plan_id", "seq")
      where type = 'plan.rolled_back'`);
  }
}
