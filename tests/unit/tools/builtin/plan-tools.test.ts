import { describe, expect, it } from 'vitest';
import { planNote, planSet } from '../../../../src/tools/builtin/plan-tools.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

describe('Given the tools for the plan itself', () => {
  it('When they are called, then they write into the plan and nothing else', async () => {
    using bench = new ToolBench();
    expect(await bench.call(planNote, { text: 'seen' })).toEqual({ text: 'seen' });
    expect(await bench.call(planSet, { key: 'a', value: { b: [1, null] } })).toEqual({
      key: 'a',
      value: { b: [1, null] },
    });
    expect([bench.notes, [...bench.values]]).toEqual([['seen'], [['a', { b: [1, null] }]]]);
    expect(planNote.paths({ text: 'x' })).toEqual([]);
  });
});
