import { expect, it } from 'vitest';
import { SystemProcessTable } from '../../../../src/host/process-table.ts';
import type { ObjectGarbage } from '../../../../src/ports/object-garbage.ts';
import type { ProcessTable } from '../../../../src/ports/process-table.ts';
import { openObjectGarbage } from '../../../../src/storage/object-garbage.ts';
import { childrenOf } from '../../../../src/workspace/tree-codec.ts';
import { inWorkspace } from '../../../support/nasty-state.ts';
import { rollBackWith } from '../../../support/rollback-with.ts';
import { seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

/** As if it came a day later: nothing is young any more, only what is open and what is mentioned stands for itself. */
async function collector(
  { home }: WorkspaceBench,
  processes: ProcessTable,
): Promise<ObjectGarbage & AsyncDisposable> {
  const now = (): number => Date.now() + 86_400_000;
  const garbage = await openObjectGarbage({ home, processes, childrenOf, now });
  return Object.assign(garbage, { [Symbol.asyncDispose]: () => garbage.close() });
}

/** Everybody is gone, as after a kill: no work that goes on keeps anything. */
class NobodyLives extends SystemProcessTable {
  override liveness(): 'gone' {
    return 'gone';
  }
}

const BIG = 'x'.repeat(300_000);
/** A person gives up a large and a small file that stand nowhere else. */
const TAKE = { onConflict: 'take', scope: 'workspace' } as const;

async function damaged(): Promise<{
  readonly bench: WorkspaceBench;
  readonly planId: string;
  readonly before: ReturnType<typeof seeFolder>;
  readonly now: ReturnType<typeof seeFolder>;
}> {
  const bench = await WorkspaceBench.create({ 'src/a': 'a', c: 'c', big: BIG });
  const before = seeFolder(bench.workspace);
  const { plan } = await bench.run(bench.open(), ['rm -r src big; echo 2 > c']);
  inWorkspace(bench, 'echo only here > c; echo nobody knows > person; head -c 300000 /dev/urandom > big');
  return { bench, planId: plan.plan_id, before, now: seeFolder(bench.workspace) };
}

it('Given a collection after each look and before the changes, then neither the target nor what was there is lost', async () => {
  const { bench, planId, before, now } = await damaged();
  await using _ = bench;
  await using garbage = await collector(bench, new SystemProcessTable());
  const app = bench.open();
  const { checkpoints } = await app.storage();
  const target = await checkpoints.resolve(planId, '1');
  const told: unknown[] = [];
  await rollBackWith(
    bench,
    planId,
    (files) => ({
      capture: async (...asked) => {
        const captured = await files.capture(...asked);
        await garbage.collect();
        told.push('collected');
        return captured;
      },
      restore: async (...asked) => {
        await garbage.collect();
        told.push(await checkpoints.refusalToDelete(target.id));
        return await files.restore(...asked);
      },
    }),
    TAKE,
  );
  const refusal: unknown = expect.objectContaining({ code: 'checkpoint_in_use' });
  expect(told).toEqual(['collected', refusal, 'collected']);
  expect(seeFolder(bench.workspace)).toEqual(before);
  await garbage.collect();
  await bench.undo(app, planId);
  expect(seeFolder(bench.workspace)).toEqual(now);
});

it.each(['continue', 'abort'] as const)(
  'Given a rollback that was cut off, when all is collected that nobody needs, then %s is exact',
  async (end) => {
    const { bench, planId, before, now } = await damaged();
    await using _ = bench;
    const broken = rollBackWith(
      bench,
      planId,
      () => ({ restore: () => Promise.reject(new Error('cut off')) }),
      TAKE,
    );
    await expect(broken).rejects.toThrow('cut off');
    await using garbage = await collector(bench, new NobodyLives());
    await garbage.collect();

    const app = bench.open();
    const { id } = await (await app.storage()).checkpoints.resolve(planId, '1');
    await expect(app.deleteCheckpoint(planId, id)).rejects.toMatchObject({ code: 'checkpoint_in_use' });
    const rollbacks = await app.rollbacks();
    const [open] = await rollbacks.interrupted();
    await rollbacks[end](open!, bench.options);
    expect(seeFolder(bench.workspace)).toEqual(end === 'continue' ? before : now);
    if (end === 'abort') return;
    await garbage.collect();
    await bench.undo(app, planId);
    expect(seeFolder(bench.workspace)).toEqual(now);
  },
);
