import { describe, expect, it } from 'vitest';
import { decisionsOf, type DecisionState } from '../../../src/domain/plan-state.ts';
import { EventBus } from '../../../src/execution/event-bus.ts';
import { ExecutionControl } from '../../../src/execution/execution-control.ts';
import { answerDecision, People } from '../../../src/execution/people.ts';
import type { Prompter } from '../../../src/ports/prompter.ts';
import { Engine } from '../../support/engine.ts';

const TWO = `
name: p
steps:
  - { id: d, needs: [], decide: { question: "First?", options: [a, b], by: human } }
  - { id: e, needs: [], decide: { question: "Second?", options: [a, b], by: human } }`;

/** Somebody who looks at the first question, never answers, and leaves when it is taken back. */
function silent(): Prompter & { readonly asked: DecisionState[]; readonly first: Promise<void> } {
  const asked: DecisionState[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask: Prompter['ask'] = async (decision, signal) => {
    asked.push(decision);
    resolve();
    await new Promise((done) => signal.addEventListener('abort', done));
    return null;
  };
  return { asked, first: promise, ask };
}

const openOf = (engine: Engine): readonly DecisionState[] =>
  decisionsOf(engine.journal.plan(engine.planId)).filter(({ chosen }) => chosen === null);

describe('two questions at once', () => {
  it('Given the run is paused while one is asked, then the other is not asked any more', async () => {
    const prompter = silent();
    await using engine = await Engine.create(TWO, { prompter });
    const running = engine.run();
    await prompter.first;
    engine.runner.ask({ kind: 'pause', by: 'pid 1' });
    expect((await running).pausedBecause).toBe('person');
    expect(prompter.asked).toHaveLength(1);
  });

  it('Given the other is answered from elsewhere while one is asked, then it is not asked any more', async () => {
    const prompter = silent();
    await using engine = await Engine.create(TWO, { prompter });
    const running = engine.run();
    await prompter.first;
    const { journal, planId } = engine;
    // The one that is not on the screen first.
    for (const decision of ['e', 'd'])
      await answerDecision(journal, { planId, decision, choice: 'a', by: 'pid 1' });
    expect((await running).pausedBecause).toBeNull();
    expect(prompter.asked.map(({ step_id }) => step_id)).toEqual(['d']);
  });
});

describe('answers', () => {
  const asked = {
    id: '01JD7K3V5N0000000000ABCDEF',
    parent_id: null,
    type: 'choice',
    step_id: null,
    question: 'Which?',
    options: [{ id: 'a', description: null }],
    chosen: null,
    rationale: null,
    confidence: null,
    by: 'model',
    superseded_by: null,
    created_at: '2026-01-01T00:00:00.000Z',
  };

  it('Given nothing waits, then the refusal says so', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: r, run: 'true', effect: read }]");
    const answer = { planId: engine.planId, decision: 'd', choice: 'a', by: 'pid 1' };
    await expect(answerDecision(engine.journal, answer)).rejects.toMatchObject({
      code: 'decision_not_found',
      hint: 'nothing waits for an answer',
    });
  });

  it('Given a decision that no step asks, then it is called by its id', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: r, run: 'true', effect: read }]");
    const { journal, planId } = engine;
    await journal.commit([{ type: 'decision.made', plan_id: planId, payload: { decision: asked } }]);
    const answer = { planId, choice: 'a', by: 'pid 1' };
    await expect(answerDecision(journal, { ...answer, decision: 'none' })).rejects.toMatchObject({
      hint: `waiting: ${asked.id}`,
    });
    await answerDecision(journal, { ...answer, decision: 'abcdef' });
    expect(openOf(engine)).toEqual([]);
    await expect(answerDecision(journal, { ...answer, decision: asked.id })).rejects.toMatchObject({
      code: 'already_answered',
      message: expect.stringContaining(asked.id),
    });
  });

  it('Given a decision that is not there, then waiting for it is a bug', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: r, run: 'true', effect: read }]");
    const control = new ExecutionControl();
    const people = new People({ journal: engine.journal, bus: new EventBus(), control, prompter: null });
    await expect(people.decide(engine.planId, 'none', null)).rejects.toMatchObject({
      code: 'unknown_decision',
      exitCode: 70,
    });
  });
});
