import { expect, it } from 'vitest';
import { commandHistory } from '../../../src/app/command-history.ts';
import { createParts } from '../../../src/app/parts.ts';
import { WorkspaceBench } from '../../support/workspace-bench.ts';

const nobody = { pid: () => null, wake: () => undefined };

it('Given a plan that has run, then a screen gets its files, states, settings and ways back', async () => {
  await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
  const app = bench.open();
  const { plan } = await bench.run(app, ['echo new > b.txt']);
  const watch = await app.watchPlan(plan, nobody);
  const [first, last] = await bench.checkpoints(app, plan.plan_id);
  const [before, after] = [first?.tree_hash as string, last?.tree_hash as string];
  const changes = await watch.files.changes(before, after);
  expect(changes).toMatchObject([{ path: 'b.txt', before: null, after: { type: 'file' } }]);
  const files = await watch.files.list(after);
  expect(files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  const [{ state } = { state: null }] = files;
  const content = state?.type === 'file' ? await watch.files.content(state.hash) : null;
  expect(Buffer.from(content ?? []).toString()).toBe('a');
  const { snapshot, stateAt, treeAt } = watch.snapshots;
  expect(await stateAt(plan.plan_id, last?.seq ?? 0)).toEqual(await snapshot(last?.id as string));
  expect(await stateAt('NOT THERE YET', 1)).toBeNull();
  expect((await treeAt(1)).plans.size).toBe(1);
  const rollbacks = await watch.rollbacks();
  await expect(rollbacks.undoTarget(plan.plan_id)).rejects.toMatchObject({ code: 'nothing_to_undo' });
  expect((await watch.triggers.read()).autoCreateOn.value).toContain('on_error');
  expect((await watch.triggers.toggle('on_error')).autoCreateOn.value).not.toContain('on_error');
  watch.triggers.watch(() => undefined)();
});

it('Given a line that is typed, then it is kept, unless it holds a secret of the environment', async () => {
  await using bench = await WorkspaceBench.create();
  const env = { HOME: bench.root, AGENTS_HOME: bench.home, MY_TOKEN: 'k3y-of-mine', OLD_TOKEN: undefined };
  const parts = createParts({ cwd: bench.root, env, set: {} });
  const history = commandHistory(parts, bench.workspace);
  await history.add('plan run a.plan.yaml');
  await history.add('plan run a.plan.yaml -i key=k3y-of-mine');
  expect(await history.read()).toEqual(['plan run a.plan.yaml']);
  await parts.close();
});
