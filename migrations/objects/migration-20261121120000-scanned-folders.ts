import { Migration } from '@mikro-orm/migrations';

/** The scan index has one row a folder instead of one a file; nothing was ever written to the old one. */
export class Migration20261121120000_scanned_folders extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261121120000_scanned_folders';

  override up(): void {
    this.addSql('drop table scan_index');
    this.addSql(`create table scanned_folders (
        "workspace" text not null,
        "path" blob not null,
        "packed" blob not null,
        primary key ("workspace", "path")
      )`);
  }
}
