import { describe, expect, it } from 'vitest';
import { CompensationService, type CompensatingCall } from '../../../src/checkpoints/compensate.ts';
import { CheckpointError, PlanError } from '../../../src/domain/errors.ts';
import type { NewEvent } from '../../../src/domain/plan-event.ts';
import { rollBackParts } from '../../../src/domain/roll-back-state.ts';
import { callsOf } from '../../../src/domain/plan-state.ts';
import type { Operation } from '../../../src/ports/operation-store.ts';
import { Engine } from '../../support/engine.ts';

const PLAN = `
name: p
steps:
  - { id: first, run: 'true' }
  - { id: make, run: 'true', compensate: { run: x } }`;
const OPTIONS = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  running: 'refuse',
  rerun: false,
} as const;

/** What a call does: with its events, or by throwing. */
type Calls = (call: CompensatingCall) => Promise<unknown>;

/** A plan that made something and was taken back to its beginning, and who compensates. */
async function undone(calls: Calls = async () => undefined) {
  const engine = await Engine.create(PLAN);
  await engine.run();
  await takeBack(engine, 1);
  const { plans, operations } = engine.storage;
  const service = new CompensationService({
    plans,
    operations,
    processes: engine.processes,
    withJournal: async (_root, _running, _working, work) => await work(engine.journal),
    ready: async (_journal, call) => ({
      run: () => calls(call),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  });
  return { engine, service, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}

async function takeBack({ journal, storage, planId }: Engine, to_seq: number): Promise<void> {
  const past = await storage.plans.stateAt(planId, to_seq);
  const payload = {
    checkpoint_id: null,
    number: null,
    to_seq,
    pre_rollback_id: null,
    scope: 'plan_only',
    changes: null,
    parts: rollBackParts(journal.tree, past),
  } as const;
  await journal.commit([{ type: 'plan.rolled_back', plan_id: planId, payload }]);
}

/** The events of a tool call that completes. */
async function completes({ journal }: Engine, { stepId, attempt, tool, input, planId }: CompensatingCall) {
  const started = {
    call_id: 'CALL',
    step_id: stepId,
    attempt,
    tool,
    effect: 'write',
    input,
    tree_before: null,
  };
  await journal.commit([
    { type: 'tool.started', plan_id: planId, payload: started } as NewEvent,
    { type: 'tool.completed', plan_id: planId, payload: { call_id: 'CALL', result: {}, tree_after: null } },
  ]);
}

describe('a compensation', () => {
  it('Given a checkpoint that fails behind its call, then it is done all the same', async () => {
    await using it = await undone(async (call) => {
      await completes(it.engine, call);
      throw new CheckpointError('checkpoint_failed', 'the disk is full');
    });
    expect((await it.service.run(it.engine.planId, 1, OPTIONS)).status).toBe('done');
    expect(callsOf(it.engine.journal.plan(it.engine.planId)).at(-1)).toMatchObject({
      step_id: 'make (compensation 1)',
      attempt: 0,
    });
  });

  it('Given a kill between the end of its call and the record of that, then it is done', async () => {
    await using it = await undone();
    const { journal, planId } = it.engine;
    const of = (await it.service.list(planId))[0]?.callId as string;
    const started = { of, step_id: 'make', by: 'pid 1' };
    await journal.commit([{ type: 'compensation.started', plan_id: planId, payload: started }]);
    expect((await it.service.list(planId))[0]?.status).toBe('unknown');
    const call = {
      planId,
      stepId: 'make (compensation 1)',
      attempt: 0,
      tool: 't',
      input: {},
      env: {},
      effect: null,
    };
    await completes(it.engine, call);
    expect((await it.service.list(planId))[0]?.status).toBe('done');
    await expect(it.service.run(planId, 1, OPTIONS)).rejects.toMatchObject({ code: 'compensation_done' });
  });

  it('Given the same call recorded again by a step that went on behind it, then there is one', async () => {
    await using it = await undone();
    const { journal, planId } = it.engine;
    const known = it.engine.events.find(({ type }) => type === 'compensation.recorded') as NewEvent;
    await journal.commit([{ type: known.type, plan_id: planId, payload: known.payload } as NewEvent]);
    expect(await it.service.list(planId)).toHaveLength(1);
  });

  it('Given what is missing for its call, then nothing is recorded; given a call that fails, then that is', async () => {
    await using it = await undone(async () => {
      throw new PlanError('not_today', 'not today');
    });
    const { planId, events } = it.engine;
    const before = events.length;
    const stopped = { ...OPTIONS, signal: AbortSignal.abort(new Error('stopped')) };
    await expect(it.service.run(planId, 1, stopped)).rejects.toThrow('stopped');
    expect(events).toHaveLength(before);
    const failed = await it.service.run(planId, 1, OPTIONS);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'not_today' } });
    expect(events.slice(before).map(({ type }) => type)).toEqual([
      'compensation.started',
      'compensation.ended',
    ]);
  });

  it('Given a number that there is not, or a rollback that was cut off, then nothing is run', async () => {
    await using it = await undone();
    const { planId, storage } = it.engine;
    await expect(it.service.run(planId, 2, OPTIONS)).rejects.toMatchObject({
      code: 'compensation_not_found',
      hint: 'there are 1 to 1',
    });
    const open = { kind: 'rollback', root_plan_id: planId, progress: { stage: 'looking', what: 'rollback' } };
    storage.operations.open = async () => [open as unknown as Operation];
    await expect(it.service.run(planId, 1, OPTIONS)).rejects.toMatchObject({ code: 'operation_interrupted' });
  });

  it('Given a plan without any, then so it says', async () => {
    await using engine = await Engine.create(`name: p\nsteps: [{ run: 'true' }]`);
    const { plans, operations } = engine.storage;
    const service = new CompensationService({
      plans,
      operations,
      processes: engine.processes,
      withJournal: async (_root, _running, _working, work) => await work(engine.journal),
      ready: () => Promise.reject(new Error('never')),
    });
    await expect(service.skip(engine.planId, 1, OPTIONS)).rejects.toMatchObject({
      hint: 'no step of it has recorded one',
    });
  });
});
