import * as fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { CliBench } from '../../support/cli-bench.ts';
import { ran } from '../../support/notes-plan.ts';
import { freshHome } from '../../support/storage-places.ts';
import { DamageBench, damagedHomes } from '../../support/damage.ts';

/** The same cases each time; others, and many more: `npm run soak -- damage`. */
const SEED = 8;

it('Given a home with a damaged file, then all that is asked of it ends with a clear word', async () => {
  await using bench = new DamageBench();
  const files = await bench.fill();
  expect(files.map((file) => file.replace(/^(objects|watch)\/.*/, '$1/'))).toEqual(
    expect.arrayContaining(['agents.db', 'agents.db-wal', 'objects.db', 'objects.db-wal', 'objects/']),
  );
  await fc.assert(damagedHomes(bench, files), { numRuns: 2, seed: SEED, endOnFailure: true });
});

it.each([
  ['agents.db', "sql = replace(sql, 'last_number', 'lest_number')", 'plans'],
  ['agents.db', "sql = replace(sql, '$.value', '$.valve')", 'checkpoint_snapshots'],
  ['objects.db', "sql = replace(sql, 'bundle_at', 'bundle_et')", 'blobs'],
  ['agents.db', null, 'checkpoints_root_idx'],
])('Given %s with %s, then verify and doctor name what is defined otherwise', async (file, change, name) => {
  await using bench = await ran(new CliBench());
  const db = new Database(join(bench.home, 'agents', file));
  db.unsafeMode(true);
  db.pragma('writable_schema = on');
  if (change === null) db.exec(`drop index ${name}`);
  else db.prepare(`update sqlite_schema set ${change} where name = ?`).run(name);
  db.close();
  const { data, exit_code } = await bench.json('storage', 'verify');
  expect([exit_code, data.databases]).toEqual([
    7,
    [{ name: file, what: expect.stringContaining(name) as string }],
  ]);
  const doctor = await bench.json('doctor');
  expect(doctor.exit_code).toBe(7);
  expect(doctor.data.checks.find(({ id }: { id: string }) => id === 'integrity')).toMatchObject({
    status: 'fail',
    message: expect.stringContaining(name) as string,
  });
});

it('Given an index of a folder that can not be read, then that is said as of any other part of the database', async () => {
  await using home = await freshHome();
  (await openObjectStore({ home: home.path })).close();
  const file = join(home.path, 'objects.db');
  const db = new Database(file);
  const page = db
    .prepare("select rootpage from sqlite_schema where name = 'sqlite_autoindex_scanned_folders_1'")
    .pluck()
    .get();
  const size = db.pragma('page_size', { simple: true }) as number;
  db.close();
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, ((page as number) - 1) * size, (page as number) * size));
  const store = await openObjectStore({ home: home.path });
  expect(() => [...store.readIndex('/project')]).toThrow(
    expect.objectContaining({ code: 'database_damaged', exitCode: 7 }) as Error,
  );
  store.close();
});
