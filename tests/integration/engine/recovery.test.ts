import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { callsOf, decisionsOf, runStateOf, stepOf, subplansOf } from '../../../src/domain/plan-state.ts';
import { recover, requireUnfinished } from '../../../src/execution/plan-runner.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { asking, controlOf } from '../../support/control.ts';
import { Engine } from '../../support/engine.ts';
import { endLiving, living } from '../../support/living-process.ts';

const processes = new SystemProcessTable();

afterEach(endLiving);

/** A plan whose step was cut off by a kill: its call has begun, nobody saw its end. */
async function cutOff(effect: 'read' | 'write'): Promise<Engine> {
  const engine = await Engine.create(`
name: p
steps:
  - { id: cut, run: 'true', effect: ${effect} }
  - { id: s, subplans: { plans: [{ name: x, steps: [{ id: r, run: 'true', effect: read }] }] } }`);
  const { journal, planId } = engine;
  const call = {
    call_id: 'CALL',
    step_id: 'cut',
    attempt: 1,
    tool: 'shell.run',
    effect,
    input: {},
    tree_before: null,
  };
  await journal.commit([
    { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
    { type: 'step.started', plan_id: planId, payload: { step_id: 'cut', attempt: 1 } },
    { type: 'tool.started', plan_id: planId, payload: call },
  ]);
  return engine;
}

const nothing = { rerun: [], skip: [] };

describe('going on after a kill', () => {
  it('Given a read that was cut off, then it runs again, and its first call stays in the history as interrupted', async () => {
    await using engine = await cutOff('read');
    await recover(engine.journal, processes, nothing);
    const end = await engine.run();
    expect(callsOf(end.state).map(({ status }) => status)).toEqual(['interrupted', 'complete']);
    expect(subplansOf(end.state)).toMatchObject([{ status: 'complete' }]);
  });

  it('Given a write that was cut off, then nothing is guessed: it names the step and both ways on', async () => {
    await using engine = await cutOff('write');
    await expect(recover(engine.journal, processes, nothing)).rejects.toMatchObject({
      code: 'unfinished_write',
      exitCode: 5,
      message: expect.stringContaining('cut (shell.run)'),
      nextSteps: [expect.stringContaining('--rerun cut'), expect.stringContaining('--skip cut')],
    });
  });

  it.each([
    ['rerun', 'complete', 2],
    ['skip', 'skipped', 1],
  ])('Given a write that was cut off and --%s, then the step ends %s', async (word, status, calls) => {
    await using engine = await cutOff('write');
    await recover(engine.journal, processes, { ...nothing, [word]: ['cut'] });
    const end = await engine.run();
    expect(stepOf(end.state, 'cut')?.status).toBe(status);
    expect(callsOf(end.state)).toHaveLength(calls);
  });

  it('Given its tool survived, then that is ended first', async () => {
    await using engine = await cutOff('read');
    const { child } = await living({ AGENTS_CALL_ID: 'CALL' });
    await recover(engine.journal, processes, nothing);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it('Given its tool survived, when the plan is cancelled instead, then that is ended first too', async () => {
    await using engine = await cutOff('write');
    const { child } = await living({ AGENTS_CALL_ID: 'CALL' });
    await engine.giveUpLease();
    const standing = await controlOf(engine.storage).cancel(engine.planId, asking);
    expect(standing.state).toBe('cancelled');
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it('Given a survivor that cannot be ended, then the plan does not go on', async () => {
    await using engine = await cutOff('read');
    const { child } = await living({ AGENTS_CALL_ID: 'CALL' });
    /** Of a user whose processes this one may not end. */
    class Powerless extends SystemProcessTable {
      override end(pids: readonly number[]): Promise<readonly number[]> {
        return Promise.resolve(pids);
      }
    }
    await expect(recover(engine.journal, new Powerless(), nothing)).rejects.toMatchObject({
      code: 'survivor',
      exitCode: 6,
      message: expect.stringContaining(String(child.pid)),
    });
  });

  it.each([
    ['complete', true, null],
    ['failed', false, 'h'],
    ['failed without a hint', false, null],
  ])(
    'Given a call with a result (%s) whose step had not ended, then it is never run again',
    async (kind, works, hint) => {
      await using engine = await cutOff('write');
      const { planId, journal } = engine;
      const ended = works
        ? ({
            type: 'tool.completed',
            payload: { call_id: 'CALL', result: { seen: 1 }, tree_after: null },
          } as const)
        : ({
            type: 'tool.failed',
            payload: {
              call_id: 'CALL',
              result: null,
              tree_after: null,
              error: { code: 'x', message: kind, hint },
            },
          } as const);
      await journal.commit([{ ...ended, plan_id: planId }]);
      await recover(journal, processes, nothing);
      const end = await engine.run();
      expect(callsOf(end.state)).toHaveLength(1);
      expect(stepOf(end.state, 'cut')?.status).toBe(works ? 'complete' : 'failed');
      expect(end.error).toEqual(works ? null : { code: 'x', message: kind, hint });
    },
  );

  it('Given a kill between the first two decisions, then only the missing one is made', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: a, run: 'true', effect: read }]");
    const { journal, planId } = engine;
    const none = { step_id: null, options: [], rationale: null, confidence: null, superseded_by: null };
    const made = { parent_id: null, question: 'What is to be done?', chosen: 'p', by: 'document' };
    const decision = { ...none, ...made, id: 'FIRST', type: 'prompt_definition', created_at: 'then' };
    await journal.commit([
      { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'strategize', state: 'processing' } },
      { type: 'decision.made', plan_id: planId, payload: { decision } },
    ]);
    await recover(journal, processes, nothing);
    const { state } = await engine.run();
    expect(decisionsOf(state)).toMatchObject([
      { id: 'FIRST', type: 'prompt_definition' },
      { parent_id: 'FIRST', type: 'strategy_choice' },
    ]);
    expect(runStateOf(state)).toBe('complete');
  });

  it('Given a kill between the failure and its clean-up, then only the clean-up is left', async () => {
    await using engine = await Engine.create(
      "name: p\nsteps: [{ id: bad, run: exit 1, effect: read }, { id: tidy, if: failure(), run: 'true', effect: read }]",
    );
    const { journal, planId } = engine;
    const error = { code: 'x', message: 'broken', hint: null };
    await journal.commit([
      { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
      { type: 'step.started', plan_id: planId, payload: { step_id: 'bad', attempt: 1 } },
      { type: 'step.failed', plan_id: planId, payload: { step_id: 'bad', error, continued: false } },
      { type: 'plan.failed', plan_id: planId, payload: { error } },
    ]);
    const end = await engine.run();
    expect(end.error).toEqual(error);
    expect(stepOf(end.state, 'tidy')?.status).toBe('complete');
    expect(await engine.fired()).toEqual([]);
  });

  it('Given a plan that has ended, then it is not executed again', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: a, run: 'true', effect: read }]");
    requireUnfinished(engine.journal.plan(engine.planId));
    const end = await engine.run();
    expect(() => requireUnfinished(end.state)).toThrow(/has ended: execute\/complete/);
    expect((await engine.run()).pausedBecause).toBeNull();
  });
});
