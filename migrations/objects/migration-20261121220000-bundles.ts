import { Migration } from '@mikro-orm/migrations';

/** Small contents may stand side by side in one packed row; what is there stays as it is. */
export class Migration20261121220000_bundles extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261121220000_bundles';

  override up(): void {
    this.addSql(`create table bundles (
        "id" integer not null primary key autoincrement,
        "bytes" integer not null,
        "codec" text not null,
        "content" blob not null
      )`);
    this.addSql('alter table blobs add column "bundle_id" integer null');
    this.addSql('alter table blobs add column "bundle_at" integer null');
    this.addSql('create index "blobs_bundle_idx" on "blobs" ("bundle_id")');
  }
}
