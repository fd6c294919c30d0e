import { Map as IMap } from 'immutable';
import { describe, expect, it } from 'vitest';
import { modelUse, replyFacts } from '../../../src/domain/model-replies.ts';
import type { Json } from '../../../src/domain/json.ts';
import { emptyPlanState, type PlanState } from '../../../src/domain/plan-state.ts';

const reply = (input: number | null, output: number | null, cost: number | null): Json => ({
  model: 'x/y',
  usage: { input_tokens: input, output_tokens: output, cached_tokens: null },
  cost,
});

/** A plan with calls, each a tool, how it stands, and its result. */
function planWith(...calls: readonly (readonly [tool: string, status: string, result: Json])[]): PlanState {
  const parts = calls.map(([tool, status, result], index): [string, { ord: number; value: Json }] => [
    String(index),
    { ord: index, value: { tool, status, result } },
  ]);
  const plan = emptyPlanState('P', null);
  return { ...plan, parts: { ...plan.parts, tool_calls: IMap(parts) } };
}

describe('what models took', () => {
  it('Given replies of several plans, then all are counted, and nothing else', () => {
    const one = planWith(
      ['model.reply', 'complete', reply(10, 5, 0.5)],
      ['model.reply', 'interrupted', null],
      ['fs.read', 'complete', { content: 'x' }],
    );
    const two = planWith(['model.reply', 'complete', reply(null, 1, 0.25)]);
    expect(modelUse([one, two])).toEqual({ replies: 2, input_tokens: 10, output_tokens: 6, cost: 0.75 });
    expect(modelUse([one])).toEqual({ replies: 1, input_tokens: 10, output_tokens: 5, cost: 0.5 });
  });

  it('Given one without a price, then the whole has none', () => {
    const plan = planWith(
      ['model.reply', 'complete', reply(1, 1, null)],
      ['model.reply', 'complete', reply(1, 1, 2)],
    );
    expect(modelUse([plan]).cost).toBeNull();
  });

  it.each([[null], ['text'], [{ content: 'x' }]])(
    'Given a result that is no reply: %j, then nothing is said',
    (result) => {
      expect(replyFacts(result)).toBeNull();
    },
  );
});
