import { Migration } from '@mikro-orm/migrations';

export class Migration20261121054327_probe extends Migration {

  override name = 'Migration20261121054327_probe';

  override up(): void | Promise<void> {
    this.addSql(`create table \`blobs\` (\`hash\` blob not null primary key, \`bytes\` integer not null, \`codec\` text not null, \`created_at\` text not null, \`content\` blob not null);`);

    this.addSql(`create table \`scan_index\` (\`workspace_id\` text not null, \`path\` blob not null, \`size\` bigint not null, \`mtime_ns\` bigint not null, \`ctime_ns\` bigint not null, \`inode\` bigint not null, \`mode\` integer not null, \`hash\` blob not null, primary key (\`workspace_id\`, \`path\`));`);

    this.addSql(`create table \`trees\` (\`hash\` blob not null primary key, \`created_at\` text not null, \`entries\` blob not null);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`blobs\`;`);
    this.addSql(`drop table if exists \`scan_index\`;`);
    this.addSql(`drop table if exists \`trees\`;`);
  }

}
