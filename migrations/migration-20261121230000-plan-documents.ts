import { Migration } from '@mikro-orm/migrations';

/** Documents leave the rows that every commit moves: SQLite reads a whole row to write any of it. */
export class Migration20261121230000_plan_documents extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261121230000_plan_documents';

  override up(): void {
    this.addSql(`create table plan_documents (
        "plan_id" text not null primary key,
        "root_plan_id" text not null,
        "included_documents" json not null,
        "document" json not null,
        constraint "plan_documents_plan_id_foreign" foreign key ("plan_id") references "plans" ("id")
          on update cascade on delete cascade
      )`);
    this.addSql(`create index "plan_documents_root_idx" on "plan_documents" ("root_plan_id")`);
    this.addSql(`insert into plan_documents (plan_id, root_plan_id, included_documents, document)
      select id, root_id, included_documents, document from plans`);
    this.addSql('alter table plans drop column "included_documents"');
    this.addSql('alter table plans drop column "document"');
  }
}
