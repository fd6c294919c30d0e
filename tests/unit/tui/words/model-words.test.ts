import { Map as IMap } from 'immutable';
import { describe, expect, it } from 'vitest';
import { emptyPlanState, type PlanState } from '../../../../src/domain/plan-state.ts';
import { modelWords, tokenWords } from '../../../../src/tui/words/model-words.ts';

function planWith(...replies: readonly (readonly [tokens: number, cost: number | null])[]): PlanState {
  const plan = emptyPlanState('P', null);
  const parts = replies.map(([tokens, cost], index): [string, { ord: number; value: never }] => {
    const usage = { input_tokens: tokens, output_tokens: 1, cached_tokens: null };
    const value = { tool: 'model.reply', status: 'complete', result: { model: 'x/y', usage, cost } };
    return [String(index), { ord: index, value: value as never }];
  });
  return { ...plan, parts: { ...plan.parts, tool_calls: IMap(parts) } };
}

describe('the words for what models took', () => {
  it.each([
    [[], '', ''],
    [[[9, null]], '1 reply, 9 tokens in, 1 out', '10 tokens'],
    [
      [
        [999, 0.00123],
        [500, 0],
      ],
      '2 replies, 1499 tokens in, 2 out, cost 0.0012',
      '1.5k tokens 0.0012',
    ],
    [[[1_999_999, 12.345]], '1 reply, 1999999 tokens in, 1 out, cost 12.35', '2.0M tokens 12.35'],
    [[[9, 0]], '1 reply, 9 tokens in, 1 out, cost 0', '10 tokens'],
  ] as const)('Given %j, then %s', (replies, long, short) => {
    expect([modelWords([planWith(...replies)]), tokenWords([planWith(...replies)])]).toEqual([long, short]);
  });
});
