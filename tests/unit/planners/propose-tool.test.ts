import { describe, expect, it } from 'vitest';
import { BugError, DocumentError, UsageError } from '../../../src/domain/errors.ts';
import { createProposeTool } from '../../../src/planners/model/propose-tool.ts';
import type { ToolContext } from '../../../src/ports/tool.ts';

const PROPOSAL = {
  document: 'name: a',
  alternatives: [{ id: 'a', description: 'b' }],
  chosen: 'a',
  rationale: 'so',
  confidence: 1,
};

function propose(check: () => Promise<string>): { refused: string[]; run: () => Promise<unknown> } {
  const refused: string[] = [];
  const tool = createProposeTool({
    check,
    onAccepted: () => undefined,
    onRefused: (faults) => refused.push(faults),
  });
  return { refused, run: () => tool.run(PROPOSAL, {} as ToolContext) };
}

describe('a plan that is handed in', () => {
  it('Given very many faults, then the first twenty are told', async () => {
    const fault = (line: number) => ({ file: 'x', line, column: 1, message: 'is wrong', hint: 'mend it' });
    const faults = Array.from({ length: 25 }, (_, at) => fault(at + 1));
    const { refused, run } = propose(() => Promise.reject(new DocumentError('d', 'x has 25 faults', faults)));
    await expect(run()).rejects.toMatchObject({ code: 'plan_refused' });
    expect(refused[0]?.split('\n')).toHaveLength(22);
    expect(refused[0]).toMatch(/^x has 25 faults\n1:1 is wrong \(mend it\)\n.*\nand 5 more$/s);
  });

  it('Given another error, then its hint is told with it', async () => {
    const { refused, run } = propose(() => Promise.reject(new UsageError('u', 'no', { hint: 'so' })));
    await expect(run()).rejects.toThrow("this plan can't be used: no\nso");
    expect(refused).toEqual(['no\nso']);
  });

  it.each([new BugError('b', 'ours'), new Error('ours')])(
    'Given %s, then it is no fault of the plan',
    async (thrown) => {
      const { refused, run } = propose(() => Promise.reject(thrown));
      await expect(run()).rejects.toBe(thrown);
      expect(refused).toEqual([]);
    },
  );

  it('Given a plan that was taken, then no other is', async () => {
    const { run } = propose(async () => 'ok');
    expect(await run()).toEqual({ accepted: true });
    await expect(run()).rejects.toThrow('there is a plan already');
  });
});
