import { describe, expect, it } from 'vitest';
import type { Compensation } from '../../src/domain/compensation.ts';
import type { FakePlan } from '../support/fake-plan.ts';
import { openCompensation } from '../support/fake-rollbacks.ts';
import { OpenPlan } from '../support/open-plan.ts';

const ESC = '\u001B';

/** A plan that was gone back with, and what is offered then. */
async function offered(...compensations: readonly Compensation[]): Promise<OpenPlan> {
  const history = (plan: FakePlan): void => {
    plan.created('demo', ['T1', 'T2']).runs().begins('T1');
    plan.checkpointed('on_tool_write', { tree_hash: 'one' });
    plan.rollbacks.impact = { compensations };
  };
  const open = new OpenPlan({ history });
  await open.settle();
  await open.type('2jb');
  return open;
}

describe('what undone steps did elsewhere', () => {
  it('Given a look at a rollback, then it says what is offered then, and what can not be', async () => {
    const unfilled = openCompensation(1, { call: null, status: 'unfilled' });
    await using open = await offered(openCompensation(2), unfilled);
    const text = await open.settle();
    expect(text).toMatch(/offered then +what takes back what they did elsewhere: 2 \(T2\)/);
    expect(text).toMatch(/not undone +its compensation could not be filled \(T1\)/);
  });

  it('Given two, then each is shown with its whole call once all is back, and run or skipped by a key', async () => {
    await using open = await offered(openCompensation(2), openCompensation(1));
    await open.settle();
    await open.type('y');
    const first = await open.settle();
    expect(first).toContain('Run compensation 2 of T2?');
    expect(first).toContain('shell.run  rm "$IT"');
    expect(first).toContain('IT=/elsewhere/2');
    expect(first).toContain('Esc  leave it and all others open');
    expect(open.plan.asked.at(-1)).toMatch(/^roll back/);
    await open.type('y');
    const second = await open.settle();
    expect(open.plan.asked.at(-1)).toBe('run compensation 2');
    expect(second).toContain('Run compensation 1 of T1?');
    expect(second).toContain('Esc  leave it open');
    await open.type('s');
    const text = await open.settle();
    expect(open.plan.asked.at(-1)).toBe('skip compensation 1');
    expect(text).toContain('compensation 1 of T1 is skipped');
    expect(text).not.toContain('Run compensation');
  });

  it('Given n, then the next is shown, and Esc leaves all open; nothing is run', async () => {
    await using open = await offered(openCompensation(3), openCompensation(2), openCompensation(1));
    await open.settle();
    await open.type('y');
    await open.settle();
    const asked = open.plan.asked.length;
    expect(await open.type('n')).toContain('Run compensation 2 of T2?');
    await open.press(ESC);
    expect(await open.settle()).not.toContain('Run compensation');
    expect(open.plan.asked).toHaveLength(asked);
  });

  it('Given Enter, then the safe choice has the focus: nothing is run', async () => {
    await using open = await offered(openCompensation(1));
    await open.settle();
    await open.type('y');
    expect(await open.settle()).toContain('▌ Esc  leave it open');
    const asked = open.plan.asked.length;
    expect(await open.type('\r')).not.toContain('Run compensation');
    expect(open.plan.asked).toHaveLength(asked);
  });

  it('Given one that fails, then it says so, and offers no older one', async () => {
    await using open = await offered(openCompensation(2), openCompensation(1));
    open.plan.rollbacks.failing.add(2);
    await open.settle();
    await open.type('y');
    await open.settle();
    await open.type('y');
    const text = await open.settle();
    expect(text).toContain('compensation 2 of T2 failed: exit code 1');
    expect(text).not.toContain('Run compensation');
  });

  it.each([
    ['unknown', 'It was begun before and cut off', 'run compensation 1 again'],
    ['failed', 'It was run before, and failed.', 'run compensation 1'],
  ] as const)('Given one that is %s, then that is said', async (status, words, asked) => {
    await using open = await offered(openCompensation(1, { status, isLate: true }));
    await open.settle();
    await open.type('y');
    const text = await open.settle();
    expect(text).toContain(words);
    expect(text).toContain('The plan has gone on since');
    await open.type('y');
    await open.settle();
    expect(open.plan.asked.at(-1)).toBe(asked);
  });

  it('Given somebody types a command by then, then nothing comes over it', async () => {
    await using open = await offered(openCompensation(1));
    await open.settle();
    const gate = Promise.withResolvers<void>();
    open.plan.rollbacks.queue = { message: 'putting files back', gate: gate.promise };
    await open.type('y');
    await open.type(':');
    gate.resolve();
    expect(await open.settle()).not.toContain('Run compensation');
  });
});
