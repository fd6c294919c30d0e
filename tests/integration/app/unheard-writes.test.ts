import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { WatchedBench } from '../../support/watched-workspace.ts';
import { WorkspaceBench } from '../../support/workspace-bench.ts';

/** Writes into a file of the workspace under a name outside of it that is gone again: the system tells nobody. */
const UNHEARD = 'ln a ../outside && echo unheard >> ../outside && rm ../outside';

it.each([
  ['taken back', 'take', 'one\n'],
  ['kept', 'keep', 'one\ntwo\nunheard\n'],
] as const)(
  'Given a write through an outside hard link, when it is rolled back and %s, then no byte of it is lost',
  async (_, onConflict, expected) => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const { plan } = await bench.run(app, ['echo one > a', 'echo two >> a']);
    // As somebody beside the plan does it.
    await bench.run(app, [UNHEARD]);
    const read = (): string => readFileSync(join(bench.workspace, 'a'), 'utf8');
    const written = read();
    expect(written).toBe('one\ntwo\nunheard\n');
    await bench.rollBack(app, plan.plan_id, 3, { onConflict });
    expect(read()).toBe(expected);
    await bench.undo(app, plan.plan_id);
    expect(read()).toBe(written);
  },
);

it('Given a step that writes unheard, then a later step and the rollback go on with what is there', async () => {
  await using bench = await WorkspaceBench.create();
  const app = bench.open();
  const { plan } = await bench.run(app, ['echo one > a', UNHEARD, 'echo b > b', 'echo three >> a']);
  const written = readFileSync(join(bench.workspace, 'a'), 'utf8');
  expect(written).toBe('one\nunheard\nthree\n');
  await bench.rollBack(app, plan.plan_id, 1, { onConflict: 'take' });
  await bench.undo(app, plan.plan_id);
  expect(readFileSync(join(bench.workspace, 'a'), 'utf8')).toBe(written);
});

it('Given writes through a memory map, when the path is put back, then its bytes are stored or stay', async () => {
  using ws = new WatchedBench();
  // In this mode the database writes its -shm file through a map, which changes no time that a scan could count on.
  const db = new Database(ws.at('data.db'));
  try {
    db.pragma('journal_mode = wal');
    db.exec('create table t (n integer)');
    const first = await ws.take();
    const shm = 'data.db-shm';
    const { state: to = null } = ws.engine.list(first.tree, shm)[0] ?? {};
    ws.settle();
    for (let round = 0; round < 4; round += 1) {
      const captured = await ws.take(round % 2 === 0 ? {} : { watch: 'begin' });
      db.exec(`insert into t values (${round})`);
      const before = readFileSync(ws.at(shm));
      const { state: from = null } = ws.engine.list(captured.tree, shm)[0] ?? {};
      const { left } = ws.engine.restore({
        workspace: ws.root,
        operation: `op${round}`,
        actions: [{ path: shm, from, to }],
      });
      const stays = readFileSync(ws.at(shm)).equals(before);
      const isStored = from?.type === 'file' && before.equals(ws.store.readContent(from.hash));
      expect(stays || isStored).toBe(true);
      expect(left.length === 1 || isStored).toBe(true);
    }
    expect(to).toMatchObject({ type: 'file', size: 32_768 });
  } finally {
    db.close();
  }
});
