import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { Json } from '../../../src/domain/json.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History, ids } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const rows = (bytes: number): Json =>
  Array.from({ length: Math.ceil(bytes / 100) }, (_, i) => ({
    i,
    share: i / 7,
    text: 'ä"\\\n'.repeat(12),
    no: null,
  }));

/** A home with one plan whose state is about `bytes` large, with everything that a state can hold. */
async function homeWith(bytes: number) {
  const home = await freshHome();
  const storage = await openStorage({
    home: home.path,
    durability: 'normal',
    processes: new StagedProcesses(),
  });
  const history = await History.create(storage);
  const child = await history.spawn('child');
  const { rootId } = history;
  const decision = {
    id: ids.next(),
    parent_id: null,
    type: 'choice',
    step_id: 'one',
    question: 'which?',
    options: [{ id: 'a', description: null }],
    chosen: 'a',
    rationale: null,
    confidence: 0.1,
    by: 'rule',
    sequence: 1,
    superseded_by: null,
    created_at: '2026-01-01T00:00:00.000Z',
  };
  await history.journal.commit([
    { type: 'decision.made', plan_id: rootId, payload: { decision } },
    {
      type: 'step.completed',
      plan_id: rootId,
      payload: { step_id: 'two', call_id: null, output: 0.30000000000000004 },
    },
    { type: 'plan.failed', plan_id: rootId, payload: { error: { code: 'x', message: 'y', hint: null } } },
  ]);
  await history.call({ stdout: rows(bytes / 2), ok: true });
  const odd = [
    true,
    false,
    null,
    '',
    'text',
    '12',
    12,
    1e21,
    -0.5,
    123456789012345680000,
    [],
    {},
    'null',
    '\u0000 \u{1F600}',
  ];
  for (const [i, value] of odd.entries()) await history.set(`odd ${i}`, value);
  await history.set('__proto', { 'a.b': 1, $: 2, '"': 3 });
  await history.set('rows', rows(bytes / 2));
  const made: Checkpoint[] = [await history.checkpoint()];
  await history.set('odd 1', 'changed');
  await history.journal.commit([
    { type: 'plan.completed', plan_id: rootId, payload: { outputs: { n: 0.1, deep: [1] } } },
  ]);
  made.push(
    await history.checkpoint('manual', { label: 'whole' }),
    await history.checkpoint('on_error', { planId: child }),
  );
  made.push(
    await history.checkpoint('on_subplan_spawn'),
    await history.checkpoint('interval', { planId: child }),
  );
  const file = join(home.path, 'agents.db');
  return {
    storage,
    history,
    made,
    /** Plain SQL, as anybody can ask it. */
    sql: <T>(work: (db: Sqlite.Database) => T): T => {
      const db = new Sqlite(file);
      try {
        return work(db);
      } finally {
        db.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

const isWhole = (db: Sqlite.Database, id: string): boolean =>
  String(db.prepare('select state_snapshot from checkpoints where id = ?').pluck().get(id)).startsWith(
    '{"v":1,"state"',
  );

describe('the view checkpoint_snapshots', () => {
  it.each([
    { size: '1 KB', bytes: 1000 },
    { size: '10 KB', bytes: 10_000 },
    { size: '100 KB', bytes: 100_000 },
    { size: '1 MB', bytes: 1_000_000 },
  ])(
    'Given a state of $size, When each checkpoint is read with plain SQL, Then it is what the store gives',
    async ({ bytes }) => {
      await using home = await homeWith(bytes);
      const viewed = home.sql((db) => db.prepare('select * from checkpoint_snapshots order by id').all()) as {
        id: string;
        plan_id: string;
        created_at: string;
        state_snapshot: string;
      }[];
      expect(viewed.map(({ id, plan_id, created_at }) => ({ id, plan_id, created_at }))).toEqual(
        home.made.map(({ id, plan_id, created_at }) => ({ id, plan_id, created_at })),
      );
      for (const { id, state_snapshot } of viewed) {
        expect(JSON.parse(state_snapshot)).toEqual(await home.storage.checkpoints.snapshot(id));
      }
      const isSmall = bytes < 16 * 1024;
      const whole = home.made.map(({ id }) => home.sql((db) => isWhole(db, id)));
      expect(whole).toEqual([isSmall, true, true, isSmall, true]);
    },
  );
});

describe('a damaged history', () => {
  const PART = `update part_versions set value = '"forged"' where key = 'odd 4'`;
  const PRUNE = 'delete from part_versions';

  it.each([
    { what: 'a forged part', place: 0, sql: PART, why: /hash/ },
    { what: 'a forged part beside a whole row', place: 1, sql: PART, why: /hash/ },
    { what: 'parts that are gone', place: 0, sql: PRUNE, why: /hash/ },
    {
      what: 'a forged whole row',
      place: 1,
      sql: `update checkpoints set state_snapshot = json_set(state_snapshot, '$.state.cursor', 'x')`,
      why: /snapshot in the row/,
    },
    {
      what: 'a row that is no JSON',
      place: 1,
      sql: `update checkpoints set state_snapshot = 'oh no'`,
      why: /no JSON/,
    },
  ])(
    'Given $what, When the checkpoint is read, Then it is an error, never a guess',
    async ({ place, sql, why }) => {
      await using home = await homeWith(50_000);
      home.sql((db) => db.exec(sql));
      const damaged = await failureOf(home.storage.checkpoints.snapshot(home.made[place]?.id ?? ''));
      expect(damaged).toMatchObject({
        code: 'snapshot_damaged',
        exitCode: 7,
        message: `checkpoint #${place + 1} is damaged`,
      });
      expect(damaged.hint).toMatch(why);
    },
  );

  it('Given pruned parts, When a whole row is read, Then it is still there; events keep digests', async () => {
    await using home = await homeWith(50_000);
    const id = home.made[1]?.id ?? '';
    const before = await home.storage.checkpoints.snapshot(id);
    home.sql((db) => db.exec(PRUNE));
    expect(await home.storage.checkpoints.snapshot(id)).toEqual(before);
    const events = await home.storage.plans.events(home.history.rootId, 0, 1000);
    const long = events.find((event) => event.type === 'context.set' && event.payload.key === 'rows');
    expect(long?.payload).toMatchObject({
      value: { $part: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
  });
});

describe('the cost of a list', () => {
  it('Given large states, When checkpoints are listed, Then no snapshot is read', async () => {
    await using home = await homeWith(1_000_000);
    home.sql((db) => db.exec(`update checkpoints set state_snapshot = 'unreadable'`));
    const { items } = await home.storage.checkpoints.list({ planId: home.history.rootId, tree: true });
    expect(items).toEqual(home.made);
  });
});
