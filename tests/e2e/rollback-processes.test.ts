import { setTimeout } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RollbackOptions } from '../../src/ports/rollback-control.ts';
import { endOf, KillBench } from '../support/kill-bench.ts';

const ROLLBACK = { what: 'rollback', number: 1 } as const;

describe('two processes on one home and one folder', () => {
  let bench: KillBench;
  beforeAll(async () => {
    bench = await KillBench.create();
  });
  afterAll(() => bench[Symbol.asyncDispose]());
  beforeEach(() => bench.putBack('ended'));

  /** Another plan of the same folder, in a process of its own that is in the middle of a write until it is told. */
  async function otherWrites(): Promise<{ readonly end: () => Promise<void> }> {
    const text =
      'echo begun > other-1; while [ ! -e ../go ]; do sleep 0.02; done; echo done > other-2; rm ../go';
    const planId = await bench.withApp((app) => bench.bench.store(app, [text]));
    const child = bench.start({ what: 'execute', planId });
    const ended = endOf(child);
    while (!bench.files.has('other-1')) await setTimeout(5);
    return {
      end: async () => {
        writeFileSync(join(bench.bench.root, 'go'), '');
        expect((await ended).stdout).toBe('ready\ndone\n');
      },
    };
  }

  function listening(): { readonly options: RollbackOptions; readonly waits: Promise<string> } {
    const heard = Promise.withResolvers<string>();
    const onProgress = (text: string): void => void (text.startsWith('waits') && heard.resolve(text));
    return { options: { ...bench.bench.options, onProgress }, waits: heard.promise };
  }

  it('Given that another plan writes in the folder, then a rollback waits for it, and leaves its files', async () => {
    const other = await otherWrites();
    const { options, waits } = listening();
    await bench.withApp(async (app, rollbacks) => {
      const { id } = await (await app.storage()).checkpoints.resolve(bench.planId, '1');
      const choices = { scope: 'plan_and_files', paths: [], onConflict: 'keep' } as const;
      const rollback = rollbacks.rollBack(bench.planId, id, choices, 'refuse', options);
      expect(await waits).toMatch(/^waits for the workspace, held by s1 \(shell.run\)/);
      expect(bench.files.get('src/part-5/file 5.txt')).toBeUndefined();
      await other.end();
      await rollback;
    });
    const files = new Map(bench.files);
    expect(files.delete('other-1') && files.delete('other-2')).toBe(true);
    expect(files).toEqual(bench.before);
  });

  it('Given two rollbacks of one plan at once, then one is after the other, and the folder is exact', async () => {
    const ends = await Promise.all([bench.run(ROLLBACK), bench.run(ROLLBACK), bench.run(ROLLBACK)]);
    for (const { stdout, stderr } of ends) expect([stdout, stderr]).toEqual(['ready\ndone\n', '']);
    expect(bench.files).toEqual(bench.before);
    await bench.withApp(async (app, rollbacks) => {
      const triggers = (await bench.bench.checkpoints(app, bench.planId)).map(({ trigger }) => trigger);
      expect(triggers.filter((trigger) => trigger === 'rollback')).toHaveLength(1);
      expect(await rollbacks.interrupted()).toEqual([]);
      await bench.bench.undo(app, bench.planId);
      expect(bench.files).toEqual(bench.after);
    });
  });

  it('Given that everything unused is collected over and over, then rollbacks beside it are exact', async () => {
    const over = new AbortController();
    const collecting = (async () => {
      let times = 0;
      for (; !over.signal.aborted; times += 1) {
        await bench.collected();
        await setTimeout(20);
      }
      return times;
    })();
    for (let round = 0; round < 1; round += 1) {
      expect((await bench.run(ROLLBACK)).stdout).toBe('ready\ndone\n');
      expect(bench.files).toEqual(bench.before);
      await bench.withApp((app) => bench.bench.undo(app, bench.planId));
      expect(bench.files).toEqual(bench.after);
    }
    over.abort();
    expect(await collecting).toBeGreaterThan(2);
    expect((await bench.collected()).findings).toEqual([]);
  });
});

describe('an apply beside another plan in the real folder', () => {
  it('Given that the other writes, then the apply and its undo wait for it', async () => {
    await using bench = await KillBench.create(undefined, true);
    const text = 'echo begun > other; while [ ! -e ../go ]; do sleep 0.02; done; rm ../go other';
    for (const what of ['apply', 'undo'] as const) {
      const planId = await bench.withApp((app) => bench.bench.store(app, [text]));
      const ended = endOf(bench.start({ what: 'execute', planId }));
      while (!bench.files.has('other')) await setTimeout(5);
      const heard = Promise.withResolvers<string>();
      const options = {
        ...bench.bench.options,
        onProgress: (said: string): void => void (said.startsWith('waits') && heard.resolve(said)),
      };
      await bench.withApp(async (_, rollbacks) => {
        const working =
          what === 'apply'
            ? rollbacks.apply(bench.planId, 'keep', options)
            : rollbacks
                .undoTarget(bench.planId)
                .then(({ checkpoint, scope }) =>
                  rollbacks.rollBack(
                    bench.planId,
                    checkpoint.id,
                    { scope, paths: [], onConflict: 'keep' },
                    'refuse',
                    options,
                  ),
                );
        expect(await heard.promise).toMatch(/held by s1/);
        writeFileSync(join(bench.bench.root, 'go'), '');
        await ended;
        await working;
      });
    }
    expect(bench.files).toEqual(bench.before);
  });
});
