import { describe, expect, it } from 'vitest';
import { bringBackWrites } from '../../../src/app/bring-back.ts';
import { createParts } from '../../../src/app/parts.ts';
import { rollbackDependencies } from '../../../src/app/rollbacks.ts';
import { restoreAttempt } from '../../../src/checkpoints/restore-attempt.ts';
import type { RollbackDependencies } from '../../../src/checkpoints/rollback-dependencies.ts';
import type { PlanState, ToolCallState } from '../../../src/domain/plan-state.ts';
import type { PlanRecord } from '../../../src/domain/plan.ts';
import type { PlanJournal } from '../../../src/ports/plan-journal.ts';
import { seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

/** A plan that has run, with its journal to be read only. */
async function ran(bench: WorkspaceBench): Promise<{
  readonly parts: ReturnType<typeof createParts>;
  readonly deps: RollbackDependencies;
  readonly journal: PlanJournal;
  readonly plan: PlanRecord;
}> {
  const { plan } = await bench.run(bench.open(), ['echo a > a.txt']);
  const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
  const parts = createParts({ cwd: bench.root, env, set: {} });
  const deps = await rollbackDependencies(parts);
  const tree = await deps.plans.stateAt(plan.plan_id);
  const planOf = (id: string): PlanState => tree.plans.get(id) as PlanState;
  const journal = { rootId: plan.plan_id, tree, plan: planOf } as unknown as PlanJournal;
  return { parts, deps, journal, plan: await deps.plans.get(plan.plan_id) };
}

describe('an attempt that never began', () => {
  it.each([['step'], ['subplan']])(
    'Given a %s of which no call is known, then nothing goes back',
    async (what) => {
      await using bench = await WorkspaceBench.create();
      const { parts, deps, journal, plan } = await ran(bench);
      const subplan = what === 'step' ? null : { id: 'NO SUCH SUBPLAN', planId: plan.plan_id };
      const attempt = { planId: plan.plan_id, stepId: 's1', attempt: 9, subplan };
      const before = seeFolder(bench.workspace);
      // Of a subplan that never began all that is below would be in question, and here that has ended well.
      const restored = restoreAttempt(deps, journal, { plan, attempt }, bench.options);
      if (what === 'step') expect(await restored).toBe(false);
      else await expect(restored).rejects.toMatchObject({ code: 'no_files' });
      expect(seeFolder(bench.workspace)).toEqual(before);
      await parts.close();
    },
  );
});

it('Given a call that was cut off before its journal, then there is nothing to bring back', async () => {
  await using bench = await WorkspaceBench.create();
  const { parts, journal, plan } = await ran(bench);
  const recovery = { parts, journal, plan, earlier: [], isRetry: false, onProgress: () => undefined };
  const bringBack = bringBackWrites({ ...recovery, registry: await parts.tools() });
  const before = seeFolder(bench.workspace);
  await bringBack([{ id: 'NO SUCH CALL', tool: 'shell.run' } as ToolCallState], false);
  expect(seeFolder(bench.workspace)).toEqual(before);
  await parts.close();
});
