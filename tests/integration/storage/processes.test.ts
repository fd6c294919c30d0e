import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import { EVENT_VERSION } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE } from '../../../src/domain/plan-state.ts';
import { hashState } from '../../../src/domain/state-hash.ts';
import { CHAIN_START, chainHash, toStoredPayload } from '../../../src/domain/stored-event.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { sha256 } from '../../../src/storage/sha256.ts';
import { freshHome } from '../../support/storage-places.ts';
import { plainTree } from '../../support/storage-trees.ts';
import { endOf, runProgram, startProgram } from '../../support/storage-processes.ts';

const processes = new SystemProcessTable();
const nobodyWaits = (): void => expect.unreachable();

describe('several processes on one home', () => {
  it(
    'Given a new home, When 20 processes start at once, Then all work and the schema was made once',
    { timeout: 120_000 },
    async () => {
      await using home = await freshHome();
      const path = join(home.path, 'new', 'home');
      const ended = await Promise.all(
        Array.from({ length: 20 }, () => runProgram('storage-program', [path, 'create'])),
      );
      expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(
        Array.from({ length: 20 }, () => '0 '),
      );
      const storage = await openStorage({ home: path, durability: 'normal', processes });
      expect((await storage.plans.list({})).items).toHaveLength(20);
      await storage.close();
      const db = new Sqlite(join(path, 'agents.db'), { readonly: true });
      expect(db.prepare('select count(*) as n from mikro_orm_migrations').get()).toEqual({
        n: db.pragma('user_version', { simple: true }),
      });
      db.close();
      expect(await readdir(path)).not.toContainEqual(expect.stringContaining('copy'));
    },
  );

  it(
    'Given two that write all the time, When both are done, Then nobody was refused and nothing is missing',
    { timeout: 60_000 },
    async () => {
      await using home = await freshHome();
      const ended = await Promise.all(
        [1, 2].map(() => runProgram('storage-program', [home.path, 'append', '400'])),
      );
      expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(['0 ', '0 ']);
      const storage = await openStorage({ home: home.path, durability: 'normal', processes });
      for (const { plan_id, checkpoints } of (await storage.plans.list({})).items) {
        expect(checkpoints).toBe(40);
        expect((await storage.plans.head(plan_id)).seq).toBe(441);
      }
      await storage.close();
    },
  );

  it('Given another process commits, When the data version is asked, Then it has changed', async () => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'normal', processes });
    const before = storage.plans.dataVersion();
    await runProgram('storage-program', [home.path, 'create']);
    expect(storage.plans.dataVersion()).not.toBe(before);
    await storage.close();
  });

  it.each([1, 2, 3])(
    'Given a writer is killed in the middle (%i), When it is read, Then journal, parts and hashes agree',
    async () => {
      await using home = await freshHome();
      const child = startProgram('storage-program', [home.path, 'append', '1000000']);
      const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
      const [rootId] = (await once(lines, 'line')) as [string];
      child.kill('SIGKILL');
      await once(child, 'close');

      const storage = await openStorage({ home: home.path, durability: 'normal', processes });
      const head = await storage.plans.head(rootId);
      const events = await storage.plans.events(rootId, 0, 1_000_000);
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: head.seq }, (_, i) => i + 1));
      const folded = events.reduce((tree, event) => applyEvent(tree, event).state, EMPTY_TREE);
      const stored = await storage.plans.stateAt(rootId);
      expect(plainTree(stored)).toEqual(plainTree(folded));
      const plan = stored.plans.get(rootId);
      expect(plan && hashState(sha256, plan)).toBe(head.plans.get(rootId)?.stateHash);
      const chain = events.reduce(
        (hash, event) =>
          chainHash(sha256, hash, { ...event, v: EVENT_VERSION }, toStoredPayload(event, sha256)),
        CHAIN_START,
      );
      expect(chain).toBe(head.hash);
      const { items } = await storage.checkpoints.list({ planId: rootId });
      expect(items.at(-1)?.number).toBe(head.lastNumber);
      for (const { id } of items.slice(-3)) await storage.checkpoints.snapshot(id);
      await storage.close();
    },
  );

  it(
    'Given three processes that want one workspace, When all have had it many times, Then they never overlapped',
    { timeout: 60_000 },
    async () => {
      await using home = await freshHome();
      const runs = await Promise.all(
        [1, 2, 3].map(() => runProgram('storage-program', [home.path, 'lock', home.path, '15'])),
      );
      expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '']);
      const spans = runs
        .flatMap(({ stdout }) => stdout.trim().split('\n'))
        .map((line) => line.split(' ').map(BigInt) as [bigint, bigint])
        .sort(([a], [b]) => (a < b ? -1 : 1));
      expect(spans).toHaveLength(45);
      for (const [i, [begin]] of spans.entries()) expect(begin > (spans[i - 1]?.[1] ?? 0n)).toBe(true);
    },
  );

  it('Given the holder of the write lock was killed, When another wants it, Then it is free', async () => {
    await using home = await freshHome();
    const child = startProgram('storage-program', [home.path, 'lock', '/w', '1', 'die']);
    expect((await endOf(child)).code).toBeNull();
    const storage = await openStorage({ home: home.path, durability: 'normal', processes });
    expect(await storage.workspaceLock.read('/w')).toBeNull();
    const holder = {
      plan_id: 'p',
      step_id: 's',
      call_id: 'c',
      tool: 't',
      process: processes.self,
      since: '',
    };
    const held = await storage.workspaceLock.acquire('/w', holder, {
      signal: new AbortController().signal,
      onWait: nobodyWaits,
    });
    expect(await storage.workspaceLock.read('/w')).toEqual(holder);
    await held.release();
    await storage.close();
  });
});
