import { chmod, readdir, stat, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { MikroORM } from '@mikro-orm/sqlite';
import { Migration } from '@mikro-orm/migrations';
import { describe, expect, it } from 'vitest';
import { agentsMigrations } from '../../../migrations/index.ts';
import { objectsMigrations } from '../../../migrations/objects/index.ts';
import { connect } from '../../../src/storage/connection.ts';
import { AGENTS_ENTITIES, OBJECTS_ENTITIES } from '../../../src/storage/entities/all-entities.ts';
import { CHECKPOINT_SNAPSHOTS_SQL } from '../../../src/storage/entities/checkpoint-snapshot-view.ts';
import { STATE_PARTS_SQL } from '../../../src/storage/entities/state-part-view.ts';
import {
  AGENTS_SCHEMA,
  OBJECTS_SCHEMA,
  type DatabaseSchema,
  type MigrationClass,
  type OrmSchema,
} from '../../../src/storage/database-schema.ts';
import { openDatabase } from '../../../src/storage/open-database.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { keepCopy } from '../../../src/storage/upgrade.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const databases = [
  { name: 'agents.db', entities: AGENTS_ENTITIES, migrations: agentsMigrations, folder: 'migrations' },
  {
    name: 'objects.db',
    entities: OBJECTS_ENTITIES,
    migrations: objectsMigrations,
    folder: 'migrations/objects',
  },
];

const processes = new StagedProcesses();
const open = (home: string, readonly = false): ReturnType<typeof openStorage> =>
  openStorage({ home, durability: 'full', processes, readonly });

const schemaOf = (entities: OrmSchema['entities'], migrations: OrmSchema['migrations']): DatabaseSchema => ({
  version: migrations.length,
  load: async () => ({ entities, migrations }),
});

const upgradeWith = (home: string, more: readonly MigrationClass[]): ReturnType<typeof openDatabase> =>
  openDatabase({
    file: join(home, 'agents.db'),
    schema: schemaOf(AGENTS_ENTITIES, [...agentsMigrations, ...more]),
    durability: 'full',
  });

/** What the ORM writes for a changed column: the table is built anew, and the old one dropped. */
class RebuildPlans extends Migration {
  override name = 'Migration29990101000000_rebuild';

  override async up(): Promise<void> {
    const [table] = await this.execute(
      `select sql from sqlite_master where type = 'table' and name = 'plans'`,
    );
    const { sql } = table as { sql: string };
    this.addSql('pragma foreign_keys = off');
    this.addSql(sql.replace('plans', 'plans__new'));
    this.addSql('insert into plans__new select * from plans');
    this.addSql('drop table plans');
    this.addSql('alter table plans__new rename to plans');
    this.addSql('pragma foreign_keys = on');
  }
}

class LosePlans extends Migration {
  override name = 'Migration29990102000000_lose';

  override up(): void {
    this.addSql('delete from plans');
  }
}

class Mistake extends Migration {
  override name = 'Migration29990103000000_mistake';

  override up(): void {
    this.addSql('create table half (id text)');
    this.addSql('this is no sql');
  }
}

const toFile = (name: string): string => `${name.replace('Migration', 'migration-').replaceAll('_', '-')}.ts`;

/** SQL without what doesn't matter: line breaks and quotes of names. */
const words = (text: unknown): string => String(text).replaceAll(/\s+/g, ' ').replaceAll(/[`"]/g, '');

const COUNTS = `select (select count(*) from plans) as plans, (select count(*) from plan_events) as events,
  (select count(*) from state_parts) as parts, (select count(*) from checkpoints) as checkpoints,
  (select count(*) from checkpoint_snapshots where json_valid(state_snapshot)) as snapshots`;

function inFile<T>(home: string, work: (db: Sqlite.Database) => T, name = 'agents.db'): T {
  const db = new Sqlite(join(home, name));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** A home with a plan, a subplan, parts and checkpoints in it. */
async function fillHome(home: string): Promise<unknown> {
  const storage = await open(home);
  const history = await History.create(storage);
  const child = await history.spawn('child');
  await history.call('done', child);
  await history.checkpoint();
  await history.checkpoint('manual', { planId: child, label: 'kept' });
  await storage.close();
  return inFile(home, (db) => db.prepare(COUNTS).get());
}

describe('the schemas', () => {
  it.each([
    ['agents.db', AGENTS_SCHEMA],
    ['objects.db', OBJECTS_SCHEMA],
  ])('Given %s, Then its version is the number of its migrations', async (_name, schema) => {
    expect((await schema.load()).migrations).toHaveLength(schema.version);
  });
});

describe('a new home', () => {
  it.each(databases)(
    'Given nothing, When $name is made, Then it has what the entities say, and nobody else may read it',
    async ({ name, entities, migrations }) => {
      await using home = await freshHome();
      const folder = join(home.path, 'deep', 'home');
      const file = join(folder, name);
      const database = await openDatabase({
        file,
        schema: schemaOf(entities, migrations),
        durability: 'full',
      });
      await database.close();
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      for (const made of await readdir(folder))
        expect((await stat(join(folder, made))).mode & 0o777).toBe(0o600);

      const orm = new MikroORM({ dbName: file, entities: [...entities] });
      expect((await orm.schema.getUpdateSchemaSQL()).trim()).toBe('');
      await orm.close(true);
    },
  );

  it.each(databases)(
    'Given the migrations of $name, When the folder is read, Then the list names each of its files',
    async ({ migrations, folder }) => {
      const files = (await readdir(folder)).filter((file) => file.startsWith('migration-')).sort();
      expect(migrations.map((migration) => toFile(migration.name))).toEqual(files);
      for (const migration of migrations) {
        expect(new migration({} as never, {} as never)).toMatchObject({ name: migration.name });
      }
    },
  );

  it.each([
    ['checkpoint_snapshots', CHECKPOINT_SNAPSHOTS_SQL],
    ['state_parts', STATE_PARTS_SQL],
  ])(
    'Given the view %s in the file, When it is compared, Then it is the one in the code',
    async (name, code) => {
      await using home = await freshHome();
      await fillHome(home.path);
      const sql = inFile(home.path, (db) =>
        db.prepare(`select sql from sqlite_master where type = 'view' and name = ?`).pluck().get(name),
      );
      expect(words(sql)).toContain(words(code));
    },
  );

  it('Given a file that was opened before, When it is opened again, Then nothing is migrated', async () => {
    await using home = await freshHome();
    const before = await fillHome(home.path);
    await (await open(home.path)).close();
    expect(inFile(home.path, (db) => db.prepare(COUNTS).get())).toEqual(before);
    expect((await readdir(home.path)).sort()).toEqual(['agents.db']);
  });
});

describe('an upgrade', () => {
  it('Given rows that refer to plans and a view, When plans are built anew, Then no row is lost and a copy stays', async () => {
    await using home = await freshHome();
    const before = await fillHome(home.path);
    expect(before).toEqual({ plans: 2, events: 9, parts: 19, checkpoints: 2, snapshots: 2 });
    const database = await upgradeWith(home.path, [RebuildPlans]);
    await database.close();
    expect(inFile(home.path, (db) => db.prepare(COUNTS).get())).toEqual(before);
    expect(inFile(home.path, (db) => db.pragma('user_version', { simple: true }))).toBe(
      agentsMigrations.length + 1,
    );

    const copy = `agents.db.before-upgrade-${agentsMigrations.length}`;
    expect(inFile(home.path, (db) => db.prepare(COUNTS).get(), copy)).toEqual(before);
    expect((await stat(join(home.path, copy))).mode & 0o777).toBe(0o600);
  });

  it('Given one that would leave rows without their plan, When it runs, Then it is refused and taken back', async () => {
    await using home = await freshHome();
    const before = await fillHome(home.path);
    const refused = await failureOf(upgradeWith(home.path, [RebuildPlans, LosePlans]));
    expect(refused).toMatchObject({ code: 'upgrade_failed', exitCode: 7 });
    expect(inFile(home.path, (db) => db.prepare(COUNTS).get())).toEqual(before);
    expect(inFile(home.path, (db) => db.pragma('user_version', { simple: true }))).toBe(
      agentsMigrations.length,
    );
    await (await open(home.path)).close();
  });

  it('Given one with a mistake in it, When it runs, Then nothing of it stays', async () => {
    await using home = await freshHome();
    await fillHome(home.path);
    expect(await failureOf(upgradeWith(home.path, [Mistake]))).toMatchObject({ code: 'database_failed' });
    const half = inFile(home.path, (db) =>
      db.prepare(`select 1 from sqlite_master where name = 'half'`).get(),
    );
    expect(half).toBeUndefined();
  });

  it('Given drafts of copies that were killed, and one that is being made, When a copy is kept, Then only that stays', async () => {
    await using home = await freshHome();
    await fillHome(home.path);
    // In a container the next process often has the number of the one before it.
    const left = [2 ** 22 + 1, process.pid].map((pid) => `agents.db.copy-${pid}`);
    const madeNow = [`agents.db.copy-${process.ppid}`, `agents.db.copy-${process.ppid}-journal`];
    for (const name of [...left, ...left.map((draft) => `${draft}-journal`), ...madeNow])
      await writeFile(join(home.path, name), 'half');
    await (await upgradeWith(home.path, [RebuildPlans])).close();
    const copy = `agents.db.before-upgrade-${agentsMigrations.length}`;
    expect((await readdir(home.path)).sort()).toEqual(['agents.db', copy, ...madeNow]);
  });

  it('Given another process upgraded while the copy was made, When it is looked at, Then it is thrown away', async () => {
    await using home = await freshHome();
    await fillHome(home.path);
    const file = join(home.path, 'agents.db');
    const connection = await connect({ file, durability: 'full', readonly: false, waitMs: 100 });
    await keepCopy(connection, file, agentsMigrations.length + 1);
    connection.db.close();
    expect(await readdir(home.path)).toEqual(['agents.db']);
  });
});

describe('a home that cannot be used', () => {
  it.each([false, true])(
    'Given a newer schema, When it is opened (read-only: %s), Then it is refused and left alone',
    async (readonly) => {
      await using home = await freshHome();
      await fillHome(home.path);
      inFile(home.path, (db) => db.pragma('user_version = 99'));
      const refused = await failureOf(open(home.path, readonly));
      expect(refused).toMatchObject({ code: 'database_newer', exitCode: 7 });
      expect(refused.hint).toContain('schema 99');
      expect(refused.nextSteps[0]).toBe('update agents');
      expect(inFile(home.path, (db) => db.pragma('user_version', { simple: true }))).toBe(99);
    },
  );

  it('Given nothing, When it is opened read-only, Then that is said and nothing is made', async () => {
    await using home = await freshHome();
    expect(await failureOf(open(home.path, true))).toMatchObject({ code: 'database_missing' });
    expect(await readdir(home.path)).toEqual([]);
  });

  it('Given an older schema, When it is opened read-only, Then it is not upgraded', async () => {
    await using home = await freshHome();
    await writeFile(join(home.path, 'agents.db'), '');
    expect(await failureOf(open(home.path, true))).toMatchObject({ code: 'database_older', exitCode: 7 });
  });

  it('Given a present schema, When it is opened read-only, Then it can be read but not written', async () => {
    await using home = await freshHome();
    await fillHome(home.path);
    const storage = await open(home.path, true);
    expect((await storage.plans.list({})).items).toHaveLength(1);
    expect(await failureOf(History.create(storage))).toMatchObject({ code: 'database_readonly' });
    expect(await failureOf(storage.blobs.put(Buffer.from('x')))).toMatchObject({ code: 'database_missing' });
    await storage.close();
  });

  it('Given a file that is no database, When it is opened, Then that is said', async () => {
    await using home = await freshHome();
    await writeFile(join(home.path, 'agents.db'), 'plain text '.repeat(1000));
    expect(await failureOf(open(home.path))).toMatchObject({
      code: 'database_damaged',
      message: 'the file is no database',
    });
  });

  it('Given a folder where the database should be, or a file where the home should be, When it is opened, Then that is said', async () => {
    await using home = await freshHome();
    await mkdir(join(home.path, 'agents.db'));
    expect(await failureOf(open(home.path))).toMatchObject({ code: 'database_unreachable', exitCode: 7 });
    await writeFile(join(home.path, 'file'), '');
    expect(await failureOf(open(join(home.path, 'file')))).toMatchObject({ code: 'database_unreachable' });
  });

  it('Given a home that is there, When it is used, Then its rights stay as they are', async () => {
    await using home = await freshHome();
    await chmod(home.path, 0o750);
    await fillHome(home.path);
    expect((await stat(home.path)).mode & 0o777).toBe(0o750);
  });
});
