import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Migration } from '@mikro-orm/migrations';
import { describe, expect, it } from 'vitest';
import { agentsMigrations } from '../../../migrations/index.ts';
import { AGENTS_ENTITIES } from '../../../src/storage/entities/all-entities.ts';
import { AGENTS_SCHEMA } from '../../../src/storage/database-schema.ts';
import { openDatabase } from '../../../src/storage/open-database.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { openGarbage } from '../../support/object-places.ts';
import { KEPT_HOMES, layOutHome, type KeptHome } from '../../support/kept-homes.ts';
import { readPlainly } from '../../support/read-plainly.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { runProgram } from '../../support/storage-processes.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const processes = new StagedProcesses();
const OLD = 3;

async function oldHome(): Promise<{ path: string; file: string; before: object } & AsyncDisposable> {
  const home = await freshHome();
  layOutHome(KEPT_HOMES.find(({ agents }) => agents.schema === OLD) as KeptHome, home.path);
  const file = join(home.path, 'agents.db');
  return {
    path: home.path,
    file,
    before: readPlainly(file) as object,
    [Symbol.asyncDispose]: home[Symbol.asyncDispose],
  };
}

/** Opens it with this program, and proves every state and journal by its hashes. */
async function expectUpgraded(home: Awaited<ReturnType<typeof oldHome>>): Promise<void> {
  const storage = await openStorage({ home: home.path, durability: 'full', processes });
  const { items: plans } = await storage.plans.list({});
  expect(plans.length).toBeGreaterThan(1);
  for (const { plan_id } of plans) {
    const { items } = await storage.checkpoints.list({ planId: plan_id, tree: true });
    for (const { id } of items) await storage.checkpoints.snapshot(id);
  }
  await storage.close();
  (await openObjectStore({ home: home.path })).close();
  const garbage = await openGarbage(home.path, processes);
  expect(await garbage.checkJournals()).toEqual([]);
  await garbage.close();
  expect(readPlainly(home.file)).toEqual({ ...home.before, schema: AGENTS_SCHEMA.version });
}

/** Leaves two pages to the file. */
class FullDisk extends Migration {
  override name = 'Migration29990101000000_full';

  override async up(): Promise<void> {
    const [pages] = await this.execute('pragma page_count');
    await this.execute(`pragma max_page_count = ${(pages as { page_count: number }).page_count + 2}`);
  }
}

describe('a home of schema 3', () => {
  it('Given one that the program of that time wrote, When it is opened, Then plain SQL reads every row as before, and a copy stays', async () => {
    await using home = await oldHome();
    await expectUpgraded(home);
    expect(readPlainly(`${home.file}.before-upgrade-${OLD}`)).toEqual(home.before);
  });

  it.each([0, 3, 6, 12])(
    'Given its upgrade was killed after %i statements, When it is read, Then nothing has changed, and the next upgrade does it',
    async (statements) => {
      await using home = await oldHome();
      const killed = await runProgram('half-upgrade-program', [home.path, String(statements)]);
      expect(killed).toMatchObject({ code: null });
      expect(readPlainly(home.file)).toEqual(home.before);
      await expectUpgraded(home);
    },
  );

  it('Given a disk that gets full while it is upgraded, Then that is said, nothing has changed, and with room it goes on', async () => {
    await using home = await oldHome();
    const migrations = [...agentsMigrations.slice(0, OLD), FullDisk, ...agentsMigrations.slice(OLD)];
    const schema = {
      version: migrations.length,
      load: async () => ({ entities: AGENTS_ENTITIES, migrations }),
    };
    const failure = await failureOf(openDatabase({ file: home.file, schema, durability: 'full' }));
    expect(failure).toMatchObject({ code: 'database_full' });
    expect(readPlainly(home.file)).toEqual(home.before);
    await expectUpgraded(home);
  });

  it('Given its copy cannot be kept, When it is opened, Then nothing has changed and no part of a copy lies about', async () => {
    await using home = await oldHome();
    const inTheWay = `${home.file}.before-upgrade-${OLD}`;
    await mkdir(inTheWay);
    await failureOf(openStorage({ home: home.path, durability: 'full', processes }));
    expect((await readdir(home.path)).filter((name) => name.includes('.copy-'))).toEqual([]);
    expect(readPlainly(home.file)).toEqual(home.before);
    await rmdir(inTheWay);
    await expectUpgraded(home);
  });
});
