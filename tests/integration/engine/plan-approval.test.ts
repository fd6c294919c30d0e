import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionsOf, phaseOf, runStateOf } from '../../../src/domain/plan-state.ts';
import { answerDecision } from '../../../src/execution/people.ts';
import { planApproval } from '../../../src/domain/plan-approval.ts';
import type { PlannedStrategy } from '../../../src/execution/first-decisions.ts';
import type { Prompter } from '../../../src/ports/prompter.ts';
import { Engine } from '../../support/engine.ts';

const PLAN = 'name: p\nsteps: [{ id: w, run: touch made }]\n';
const PLANNED: PlannedStrategy = {
  goal: 'Make it',
  model: 'scripted/one',
  alternatives: [
    { id: 'touch', description: 'at once' },
    { id: 'copy', description: null },
  ],
  chosen: 'touch',
  rationale: 'It is short.',
  confidence: 0.7,
  isApproved: false,
  text: PLAN,
};

const planned = (change: Partial<PlannedStrategy> = {}, prompter: Prompter | null = null): Promise<Engine> =>
  Engine.create(PLAN, { planned: { ...PLANNED, ...change }, prompter });

const isMade = ({ workspace }: Engine): boolean => existsSync(join(workspace, 'made'));

const answer = async (engine: Engine, choice: string): Promise<void> => {
  const { journal, planId } = engine;
  const { id } = planApproval(journal.plan(planId)) ?? { id: '' };
  await answerDecision(journal, { planId, decision: id, choice, by: 'pid 1' });
};

describe('a plan that was written for a goal', () => {
  it('Given that nobody has approved it and nobody is there, then it waits before its first step', async () => {
    await using engine = await planned();
    const end = await engine.run();
    expect(end.pausedBecause).toBe('waiting');
    expect([phaseOf(end.state), runStateOf(end.state)]).toEqual(['strategize', 'paused']);
    expect(isMade(engine)).toBe(false);
    const decisions = decisionsOf(end.state);
    expect(decisions).toMatchObject([
      { type: 'prompt_definition', chosen: 'Make it', by: 'human', parent_id: null },
      {
        type: 'strategy_choice',
        chosen: 'touch',
        by: 'scripted/one',
        options: PLANNED.alternatives,
        rationale: 'It is short.',
        confidence: 0.7,
        parent_id: decisions[0]?.id,
      },
      { type: 'approval', chosen: null, step_id: null, detail: PLAN, parent_id: decisions[1]?.id },
    ]);
  });

  it('Given that it is approved then, then it goes on to its end with the decisions that it had', async () => {
    await using engine = await planned();
    await engine.run();
    await answer(engine, 'approve');
    const end = await engine.again();
    expect(runStateOf(end.state)).toBe('complete');
    expect(isMade(engine)).toBe(true);
    expect(decisionsOf(end.state)).toHaveLength(3);
  });

  it('Given that it is rejected then, then it is cancelled and nothing was done', async () => {
    await using engine = await planned();
    await engine.run();
    await answer(engine, 'reject');
    const end = await engine.again();
    expect(runStateOf(end.state)).toBe('cancelled');
    expect(isMade(engine)).toBe(false);
  });

  it.each([
    ['approve', 'complete', true],
    ['reject', 'cancelled', false],
  ])('Given a person at the run who says %s, then it is %s', async (choice, state, made) => {
    await using engine = await planned({}, { ask: async () => choice });
    expect(runStateOf((await engine.run()).state)).toBe(state);
    expect(isMade(engine)).toBe(made);
  });

  it('Given that it is approved already, then it runs at once', async () => {
    await using engine = await planned({ isApproved: true });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(isMade(engine)).toBe(true);
  });

  it('Given a rollback to the pause before the word, then it is asked for again', async () => {
    await using engine = await planned();
    await engine.run();
    const [paused] = await engine.checkpoints();
    const state = await engine.storage.plans.stateAt(engine.planId, paused?.seq);
    expect(planApproval(state.plans.get(engine.planId) as never)?.chosen).toBeNull();
  });
});
