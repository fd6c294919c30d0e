import { expect, it } from 'vitest';
import { below, inWorkspace, withPaths } from '../../../support/nasty-state.ts';
import { rollBackWith } from '../../../support/rollback-with.ts';
import { seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

/** What a person does while a rollback works: it is neither the plan's nor the rollback's. */
const PERSON = 'echo 3 > edited; echo 3 > made; rm -f gone; echo 3 > own; echo 3 > untouched';
const FOREIGN = ['edited', 'gone', 'made', 'own', 'untouched'];

async function damaged(): Promise<{
  bench: WorkspaceBench;
  planId: string;
  before: ReturnType<typeof seeFolder>;
}> {
  const bench = await WorkspaceBench.create({ edited: '1', gone: '1', removed: '1', untouched: '1' });
  const before = seeFolder(bench.workspace);
  const { plan } = await bench.run(bench.open(), [
    'for f in edited gone made other; do echo 2 > $f; done; rm removed',
  ]);
  return { bench, planId: plan.plan_id, before };
}

it('Given a person who works between the look and the changes, then theirs is left, named, and no undo takes it', async () => {
  const { bench, planId, before } = await damaged();
  await using _ = bench;
  const { left } = await rollBackWith(bench, planId, (files) => ({
    restore: async (...asked) => {
      inWorkspace(bench, PERSON);
      return await files.restore(...asked);
    },
  }));
  expect(left.map(({ path }) => path)).toEqual(['edited', 'gone', 'made']);
  const now = seeFolder(bench.workspace);
  expect(withPaths(now, new Map(), below(...FOREIGN))).toEqual(
    withPaths(before, new Map(), below(...FOREIGN)),
  );
  expect(inWorkspace(bench, 'cat edited made own untouched')).toBe('3\n3\n3\n3\n');

  await bench.undo(bench.open(), planId);
  expect(inWorkspace(bench, 'cat edited made own untouched; ls')).toBe(
    '3\n3\n3\n3\nedited\nmade\nother\nown\nuntouched\n',
  );
});

it('Given a person who works between the changes and the last look, then theirs is a conflict of the undo', async () => {
  const { bench, planId, before } = await damaged();
  await using _ = bench;
  const { left } = await rollBackWith(bench, planId, (files) => ({
    restore: async (...asked) => {
      const report = await files.restore(...asked);
      expect(seeFolder(bench.workspace)).toEqual(before);
      inWorkspace(bench, PERSON);
      return report;
    },
  }));
  expect(left).toEqual([]);
  const { conflicts } = await bench.undo(bench.open(), planId);
  expect(conflicts.map(({ path, resolution }) => [path, resolution])).toEqual([
    ['edited', 'keep'],
    ['gone', 'keep'],
    ['made', 'keep'],
  ]);
  expect(inWorkspace(bench, 'cat edited made own untouched; ls')).toBe(
    '3\n3\n3\n3\nedited\nmade\nother\nown\nuntouched\n',
  );
});
