import { describe, expect, it } from 'vitest';
import type { PermissionRules } from '../../../src/domain/permissions.ts';
import { emptyPlanState } from '../../../src/domain/plan-state.ts';
import { CallApprovals } from '../../../src/execution/call-approvals.ts';

/** What is asked of a person for a call, who always says no; empty if nothing is. */
async function asked(rules: Partial<PermissionRules>, tool: string): Promise<readonly string[]> {
  const questions: string[] = [];
  const approvals = new CallApprovals({
    journal: { plan: () => emptyPlanState('P', null), commit: async () => [] } as never,
    people: {
      decide: async (_, id) => {
        questions.push(id);
        return { chosen: 'deny', by: 'human' } as never;
      },
    },
    ids: { next: () => 'D' },
    clock: { now: () => 0 } as never,
    rules: { ask: [], allow: [], deny: [], ...rules },
  });
  const call = { planId: 'P', stepId: 's', tool, input: { model: 'x/y' }, diff: null };
  await approvals.require(call).catch((thrown: { code: string }) => questions.push(thrown.code));
  return questions;
}

describe('questions to a model', () => {
  it.each([
    ['whoever asks about everything', { ask: ['*'] }, 'model.reply', []],
    ['and about other calls', { ask: ['*'] }, 'fs.write', ['D', 'not_permitted']],
    ['who names them', { ask: ['model.*'] }, 'model.reply', ['D', 'not_permitted']],
    ['who names a model', { ask: ['model.reply(x/*)'] }, 'model.reply', ['D', 'not_permitted']],
    ['who denies everything', { deny: ['*'] }, 'model.reply', ['not_permitted']],
    ['who denies a model', { deny: ['model.reply(x/y)'] }, 'model.reply', ['not_permitted']],
  ] as const)('Given %s: %j of %s, then %j', async (_, rules, tool, questions) => {
    expect(await asked(rules, tool)).toEqual(questions);
  });
});
