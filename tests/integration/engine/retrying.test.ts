import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../src/documents/load-document.ts';
import { createExpressions } from '../../../src/documents/expression-engine.ts';
import { callsOf, runStateOf, stepOf } from '../../../src/domain/plan-state.ts';
import { recover } from '../../../src/execution/plan-runner.ts';
import { requireFailed, retryEvents } from '../../../src/execution/retry-plan.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { Engine } from '../../support/engine.ts';

const processes = new SystemProcessTable();
const nothing = { rerun: [], skip: [] };

const YAML = `
name: p
steps:
  - { id: before, run: 'true', effect: read }
  - { id: let-pass, run: 'false', effect: read, needs: [before], continue_on_error: true }
  - { id: bad, run: 'test -f good', effect: read }
  - { id: beside, run: 'true', effect: read, needs: [before], if: "\${{ !failure() }}" }
  - { id: tidy, run: 'echo 1 >> tidy.txt', needs: [bad], if: "\${{ failure() }}" }
  - { id: after, run: 'true', effect: read, needs: [bad] }
`;

async function eventsFor(engine: Engine): Promise<ReturnType<typeof retryEvents>> {
  const tools = createToolRegistry(createBuiltinTools({ processes }));
  const { document } = await parseDocument(YAML, 'p.plan.yaml', { tools });
  return retryEvents(engine.journal.tree, engine.planId, document, createExpressions(), 'pid 1');
}

describe('a failed plan again', () => {
  it('Given failed steps, then those and what was skipped because of them; a failure that was let pass is none', async () => {
    await using engine = await Engine.create(YAML, { maxParallel: 1 });
    const { state } = await engine.run();
    expect(runStateOf(state)).toBe('errored');
    expect(() => requireFailed(state)).not.toThrow();
    const [retried] = await eventsFor(engine);
    expect(retried).toMatchObject({
      type: 'plan.retried',
      payload: { by: 'pid 1', step_ids: ['bad', 'beside', 'after'], subplans: [] },
    });
  });

  it('Given the clean-up was cut off in a write, then nothing is guessed, and the ways on are those of retry', async () => {
    await using engine = await cutOffInCleanUp();
    const { journal } = engine;
    await expect(recover(journal, processes, nothing, await eventsFor(engine))).rejects.toMatchObject({
      code: 'unfinished_write',
      exitCode: 5,
      nextSteps: [
        expect.stringMatching(/^agents plan retry \w{8} --rerun tidy$/),
        expect.stringMatching(/^agents plan retry \w{8} --skip tidy$/),
      ],
    });
    expect(runStateOf(journal.plan(engine.planId))).toBe('errored');
  });

  it('Given a word on it, then one commit lets the plan go on, the cut off call and step settled', async () => {
    await using engine = await cutOffInCleanUp();
    const { journal, planId } = engine;
    const seq = journal.tree.seq;
    await recover(journal, processes, { ...nothing, skip: ['tidy'] }, await eventsFor(engine));
    const plan = journal.plan(planId);
    expect(runStateOf(plan)).toBe('processing');
    expect([stepOf(plan, 'bad')?.status, stepOf(plan, 'tidy')?.status]).toEqual(['pending', 'skipped']);
    expect(callsOf(plan).map(({ step_id, status }) => `${step_id} ${status}`)).toContain('tidy interrupted');
    const added = await engine.storage.plans.events(planId, seq, 9);
    expect(added.map(({ type }) => type)).toEqual(['plan.retried', 'step.skipped']);
  });
});

/** It failed, and was killed while its clean-up wrote. */
async function cutOffInCleanUp(): Promise<Engine> {
  const engine = await Engine.create(YAML, { maxParallel: 1 });
  const { journal, planId } = engine;
  const error = { code: 'x', message: 'it broke', hint: null };
  const call = {
    call_id: 'CALL',
    step_id: 'tidy',
    attempt: 1,
    tool: 'shell.run',
    effect: 'write',
    input: {},
    tree_before: null,
  } as const;
  await journal.commit([
    { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
    { type: 'step.started', plan_id: planId, payload: { step_id: 'bad', attempt: 1 } },
    { type: 'step.failed', plan_id: planId, payload: { step_id: 'bad', error, continued: false } },
    { type: 'plan.failed', plan_id: planId, payload: { error } },
    { type: 'step.started', plan_id: planId, payload: { step_id: 'tidy', attempt: 1 } },
    { type: 'tool.started', plan_id: planId, payload: call },
  ]);
  return engine;
}
