import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { PlanId } from '../../../src/domain/ids.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History, rolledBack } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const MEGABYTE = 1024 * 1024;

const openAgain = (home: string): Promise<Storage> =>
  openStorage({ home, durability: 'normal', processes: new StagedProcesses() });

/** What a process that has read nothing yet gives. */
async function readAfresh(home: string, id: string): Promise<JsonObject> {
  const storage = await openAgain(home);
  try {
    return await storage.checkpoints.snapshot(id);
  } finally {
    await storage.close();
  }
}

async function openHome() {
  const home = await freshHome();
  const storage = await openAgain(home.path);
  return {
    path: home.path,
    storage,
    forge: (sql: string): void => {
      const db = new Sqlite(join(home.path, 'agents.db'));
      db.exec(sql);
      db.close();
    },
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** A plan with large values, so that its checkpoints stand in parts, and a checkpoint after each of three changes. */
async function fill(
  storage: Storage,
  mark: string,
  bytes = 20_000,
): Promise<{ history: History; ids: string[] }> {
  const history = await History.create(storage);
  await history.call({ text: mark.padEnd(bytes, mark) });
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    await history.set('list', [{ n }, mark]);
    ids.push((await history.checkpoint()).id);
  }
  return { history, ids };
}

describe('versions of parts that a process has proved', () => {
  it('Given states that share most of what they hold, When each is read twice in any order, Then all are as read afresh', async () => {
    await using home = await openHome();
    const { ids } = await fill(home.storage, 'a');
    for (const id of [...ids, ...ids.toReversed()]) {
      expect(JSON.stringify(await home.storage.checkpoints.snapshot(id))).toBe(
        JSON.stringify(await readAfresh(home.path, id)),
      );
    }
  });

  it('Given a state that was read, When somebody tries to change a value in it, Then that is an error, and the next one is as it was', async () => {
    await using home = await openHome();
    const { ids } = await fill(home.storage, 'a');
    const id = ids[0] as string;
    const state = (await home.storage.checkpoints.snapshot(id)) as unknown as {
      context: { list: { n: number }[] };
      tool_calls: { result: { text: string } }[];
    };
    expect(() => state.context.list.push({ n: 9 })).toThrow(TypeError);
    expect(() => Object.assign(state.context.list[0] as object, { n: 9 })).toThrow(TypeError);
    expect(() => Object.assign(state.tool_calls[0]?.result as object, { text: '' })).toThrow(TypeError);
    expect(await home.storage.checkpoints.snapshot(id)).toEqual(await readAfresh(home.path, id));
  });

  it('Given a row that was changed on the disk afterwards, When another process reads it, Then it is found; who proved it before has what it proved', async () => {
    await using home = await openHome();
    const { ids } = await fill(home.storage, 'a');
    const [first, second] = ids as [string, string];
    const before = await home.storage.checkpoints.snapshot(first);
    home.forge(
      `update part_versions set value = json_set(value, '$.result.text', 'forged') where section = 2`,
    );
    const damaged = { code: 'snapshot_damaged' };
    expect(await failureOf(readAfresh(home.path, first))).toMatchObject(damaged);
    expect(await home.storage.checkpoints.snapshot(first)).toEqual(before);
    // A row that has gone is missed at once.
    home.forge('delete from part_versions where section = 2');
    expect(await failureOf(home.storage.checkpoints.snapshot(second))).toMatchObject(damaged);
  });

  it('Given rows that went, and others that got their numbers, When these are read, Then nothing of the old ones is in them', async () => {
    await using home = await openHome();
    const old = await fill(home.storage, 'a');
    for (const id of old.ids) await home.storage.checkpoints.snapshot(id);
    await home.storage.plans.delete(old.history.rootId, 0);
    const { ids } = await fill(home.storage, 'b');
    for (const id of ids) {
      const state = await home.storage.checkpoints.snapshot(id);
      expect(JSON.stringify(state)).not.toContain('aaaa');
      expect(state).toEqual(await readAfresh(home.path, id));
    }
  });

  it('Given states larger than all that is kept, When they are read again and again, Then they are whole', async () => {
    await using home = await openHome();
    const history = await History.create(home.storage);
    for (let n = 0; n < 10; n += 1) await history.set(`large ${n}`, String(n).repeat(MEGABYTE));
    const { id } = await history.checkpoint();
    const whole = await readAfresh(home.path, id);
    for (let n = 0; n < 3; n += 1) expect(await home.storage.checkpoints.snapshot(id)).toEqual(whole);
  });
});

describe('a rollback that wrote several long values', () => {
  it('Given its event is read, Then it has all of them, of each plan its own', async () => {
    await using home = await openHome();
    const history = await History.create(home.storage);
    const child = await history.spawn('child');
    const long = (mark: string): string => mark.repeat(400);
    const part = (plan_id: PlanId, key: string, value: Json) =>
      ({ plan_id, section: 'context', key, ord: 1, value, gone: false }) as const;
    const parts = [
      part(history.rootId, 'a', long('a')),
      part(history.rootId, 'b', { z: long('b'), a: 1 }),
      part(child, 'a', long('c')),
      part(child, 'b', 'short'),
    ];
    const { id } = await history.checkpoint();
    await history.journal.commit([rolledBack(history.rootId, id, parts)]);
    const [event] = await home.storage.plans.eventsOfType(history.rootId, 'plan.rolled_back');
    expect(event?.payload).toMatchObject({ parts });
  });
});
