import { describe, expect, it } from 'vitest';
import { decisionsOf, errorOf, runStateOf } from '../../../src/domain/plan-state.ts';
import { Engine } from '../../support/engine.ts';
import { ScriptedModels } from '../../support/scripted-models.ts';

const PLAN = `
name: p
goal: Good notes
steps:
  - id: style
    decide:
      question: Which style?
      options: [short, { id: long, description: with details }]
      by: model
      model: scripted/one
      rationale: Readers are in a hurry.
  - { id: work, run: 'true', effect: read, if: "decisions.style.chosen == 'long'" }
`;

const answer = (option: string): string => JSON.stringify({ option, rationale: 'It fits.', confidence: 0.8 });

describe('a decision by a model', () => {
  it('Given an answer, then it is recorded like any other, with why and how sure', async () => {
    const models = new ScriptedModels([{ say: answer('long') }]);
    await using engine = await Engine.create(PLAN, { models });
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    expect(decisionsOf(end.state).at(-1)).toMatchObject({
      type: 'choice',
      step_id: 'style',
      question: 'Which style?',
      chosen: 'long',
      rationale: 'It fits.',
      confidence: 0.8,
      by: 'scripted/one',
      options: [{ id: 'short' }, { id: 'long' }],
    });
    expect(models.requests[0]).toMatchObject({
      answer: { properties: { option: { enum: ['short', 'long'] } } },
      messages: [
        { role: 'user', content: expect.stringMatching(/long: with details.*Good notes.*in a hurry/s) },
      ],
    });
  });

  it('Given words around the answer, then it is read all the same', async () => {
    const models = new ScriptedModels([{ say: `Here it is:\n\`\`\`json\n${answer('short')}\n\`\`\`` }]);
    await using engine = await Engine.create(PLAN, { models });
    expect(decisionsOf((await engine.run()).state).at(-1)?.chosen).toBe('short');
  });

  it('Given something that is no option, then the model is told and chooses again', async () => {
    const models = new ScriptedModels([{ say: answer('medium') }, { say: 'hm' }, { say: answer('long') }]);
    await using engine = await Engine.create(PLAN, { models });
    expect(decisionsOf((await engine.run()).state).at(-1)?.chosen).toBe('long');
    expect(models.requests[1]?.messages.at(-1)?.content).toContain('That is no choice');
  });

  it('Given three answers that are none, then the step fails', async () => {
    const models = new ScriptedModels([{ say: 'a' }, { say: 'b' }, { say: 'c' }]);
    await using engine = await Engine.create(PLAN, { models });
    expect(errorOf((await engine.run()).state)?.code).toBe('no_choice');
    expect(models.paid).toBe(3);
  });

  it('Given a run that ended behind the answer, then it is not asked for again', async () => {
    const models = new ScriptedModels([{ say: answer('long') }]);
    await using engine = await Engine.create(PLAN, { models });
    const off = engine.bus.subscribe({
      onEvent: ({ type }) => {
        if (type === 'tool.completed') engine.runner.ask({ kind: 'stop', by: 'SIGTERM' });
      },
    });
    await engine.run();
    off();
    await engine.again();
    expect(models.paid).toBe(1);
  });

  it('Given a person who corrected it, then theirs holds', async () => {
    const models = new ScriptedModels([{ say: answer('long') }]);
    await using engine = await Engine.create(PLAN, { models });
    await engine.run();
    const state = engine.journal.plan(engine.planId);
    const { sequence: _, ...made } = decisionsOf(state).at(-1) as never as { sequence: number } & object;
    const decision = { ...made, id: 'THEIRS', chosen: 'short', by: 'human' } as never;
    await engine.journal.commit([
      {
        type: 'plan.retried',
        plan_id: engine.planId,
        payload: { by: null, step_ids: ['style', 'work'], subplans: [] },
      },
      { type: 'decision.made', plan_id: engine.planId, payload: { decision } },
    ]);
    await engine.again();
    expect(models.paid).toBe(1);
    expect(decisionsOf(engine.journal.plan(engine.planId)).at(-1)?.chosen).toBe('short');
  });
});
