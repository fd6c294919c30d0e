// An upgrade of agents.db that is killed before it is committed: half-upgrade-program.ts HOME STATEMENTS, so many of the newest migration.
import { join } from 'node:path';
import { Migration } from '@mikro-orm/migrations';
import { agentsMigrations } from '../../migrations/index.ts';
import { AGENTS_ENTITIES } from '../../src/storage/entities/all-entities.ts';
import { openDatabase } from '../../src/storage/open-database.ts';

const [home = '', statements = ''] = process.argv.slice(2);
const Newest = agentsMigrations.at(-1) as (typeof agentsMigrations)[number];

class Half extends Newest {
  override addSql(sql: string): void {
    if (this.getQueries().length < Number(statements)) super.addSql(sql);
  }
}

class Kill extends Migration {
  override name = 'Migration29990101000000_kill';

  override up(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}

const migrations = [...agentsMigrations.slice(0, -1), Half, Kill];
await openDatabase({
  file: join(home, 'agents.db'),
  schema: { version: migrations.length, load: async () => ({ entities: AGENTS_ENTITIES, migrations }) },
  durability: 'full',
});
