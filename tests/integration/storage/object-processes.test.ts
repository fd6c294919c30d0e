import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import {
  inFile,
  lostBelow,
  openGarbage,
  openPlans,
  putText,
  putTree,
  refer,
  sha,
} from '../../support/object-places.ts';
import { endOf, runProgram, startProgram } from '../../support/storage-processes.ts';
import { freshHome } from '../../support/storage-places.ts';

const processes = new SystemProcessTable();

const treesOf = (home: string): readonly string[] =>
  inFile(join(home, 'objects.db'), (db) =>
    db.prepare('select lower(hex(hash)) from trees').pluck().all(),
  ) as string[];

async function makeHome(home: string): Promise<void> {
  await (await openPlans(home, processes)).close();
  (await openObjectStore({ home })).close();
}

describe('objects and several processes', () => {
  it(
    'Given two that capture and one that collects all the time, When they are done, Then nothing in use is missing',
    { timeout: 120_000 },
    async () => {
      await using home = await freshHome();
      await makeHome(home.path);
      const begun = String(Date.now());
      const collector = startProgram('object-program', [home.path, 'collect', begun]);
      const collected = endOf(collector);
      const lines = createInterface({ input: collector.stdout as NodeJS.ReadableStream });
      await once(lines, 'line');
      const runs = await Promise.all(
        [1, 2].map(() => runProgram('object-program', [home.path, 'capture', '50', begun])),
      );
      collector.stdin?.end();
      const { code, stderr, stdout } = await collected;
      expect([...runs, { code, stderr }].map((run) => `${run.code} ${run.stderr}`)).toEqual([
        '0 ',
        '0 ',
        '0 ',
      ]);
      expect(Number(stdout.trim().split('\n').at(-1))).toBeGreaterThan(0);
      expect(runs.map((run) => run.stdout)).toEqual(['', '']);
    },
  );

  it.each([
    ['batch.begun', 1],
    ['batch.filled', 1],
    ['batch.filled', 3],
    ['batch.committed', 2],
    ['large.written', 2],
    ['large.flushed', 2],
    ['large.placed', 7],
    ['flushed', 1],
    ['flushed', 4],
  ])(
    'Given a writer is killed at %s (%i), When others go on, Then every tree is whole and nothing is left of the rest',
    async (step, time) => {
      await using home = await freshHome();
      await makeHome(home.path);
      const ended = await runProgram('object-program', [home.path, 'put-and-die', step, String(time)]);
      expect(ended).toMatchObject({ code: null, stderr: '' });
      const store = await openObjectStore({ home: home.path });
      expect(lostBelow(store, treesOf(home.path))).toEqual([]);
      const kept = putTree(store, { trees: [], contents: [putText(store, 'kept')] });
      store.flush();
      refer(home.path, '/w', kept);
      const garbage = await openGarbage(home.path, processes);
      await garbage.collect();
      const { trees, contents } = await garbage.usage();
      expect([trees.count, contents.count]).toEqual([1, 1]);
      await garbage.close();
      store.close();
    },
  );

  it.each([
    ['marked', 1],
    ['swept', 1],
    ['swept', 2],
    ['swept', 3],
    ['swept', 4],
  ])(
    'Given a collector is killed at %s (%i), When others go on, Then every tree is whole and the next ends its work',
    async (step, time) => {
      await using home = await freshHome();
      await makeHome(home.path);
      const store = await openObjectStore({ home: home.path });
      // Long chains, so that each batch cuts through them.
      let chain = putTree(store, { trees: [], contents: [putText(store, 'end')] });
      const large = Buffer.alloc(200_000, 1);
      store.putContent(sha(large), large);
      for (let i = 0; i < 900; i += 1) {
        chain = putTree(store, { trees: [chain], contents: [putText(store, `file ${i}`), sha(large)] });
      }
      const kept = putTree(store, { trees: [], contents: [putText(store, 'file 17')] });
      store.flush();
      refer(home.path, '/w', kept);
      const ended = await runProgram('object-program', [home.path, 'collect-and-die', step, String(time)]);
      expect(ended).toMatchObject({ code: null, stderr: '' });
      const after = await openObjectStore({ home: home.path });
      expect(lostBelow(after, treesOf(home.path))).toEqual([]);
      const garbage = await openGarbage(home.path, processes);
      await garbage.collect();
      const { trees, contents } = await garbage.usage();
      expect([trees.count, contents.count]).toEqual([1, 1]);
      await garbage.close();
      after.close();
      store.close();
    },
  );
});
