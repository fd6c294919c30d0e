import { describe, expect, it } from 'vitest';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

const running = (plan: FakePlan): unknown => plan.created('demo', ['T1', 'T2', 'T3']).runs().begins('T1');
const ended = (plan: FakePlan): unknown =>
  plan.created('demo', ['T1', 'T2']).runs().begins('T1').ends('T1').add('plan.completed', { outputs: {} });

describe('what is written, and when', () => {
  it('Given a plan at rest, then no timer runs and not a byte is written', async () => {
    await using open = new OpenPlan({ history: ended });
    await open.settle();
    // What is told at once may be followed by one more look.
    await open.pass(1000);
    open.terminal.forget();
    expect(open.time.waiting).toBe(0);
    await open.pass(3_600_000);
    expect(open.terminal.written).toBe('');
  });

  it('Given a plan at rest with checkpoints, then their ages grow, and nothing else is drawn', async () => {
    await using open = new OpenPlan({
      history: (plan) => {
        plan.created('demo', ['T1']).runs().checkpointed('manual').add('plan.completed', { outputs: {} });
      },
    });
    await open.settle();
    expect(await open.pass(20_000)).toMatch(/1 {2}[0-9:]+ {2}20s/);
    await open.pass(3_600_000);
    open.terminal.forget();
    await open.pass(600_000);
    expect(open.terminal.written).toBe('');
  });

  it('Given a plan that runs, then the clock is drawn once a second, and stops with the plan', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.pass(1000);
    open.terminal.forget();
    for (let second = 0; second < 5; second += 1) await open.pass(1000);
    expect(open.terminal.frames).toBe(5);
    open.plan.ends('T1').add('plan.completed', { outputs: {} });
    await open.pass(10_000);
    open.terminal.forget();
    await open.pass(10_000);
    expect(open.terminal.written).toBe('');
    expect(open.time.waiting).toBe(0);
  });

  it('Given a runner that is lost, then the clock stops, and the screen says that nobody runs it', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.runner({ kind: 'lost', how: 'killed by SIGKILL' });
    const text = await open.pass(2000);
    expect(text).toContain('nobody runs it: killed by SIGKILL');
    await open.pass(2000);
    open.terminal.forget();
    await open.pass(10_000);
    expect(open.terminal.written).toBe('');
  });

  it.each(['j', 'k', '\t', ']', '+', '2', '3', '?', 'T', '\u001B[B'])(
    'Given the key %j, then it is one frame, and no screen is cleared',
    async (key) => {
      await using open = new OpenPlan({ history: running });
      await open.settle();
      open.terminal.forget();
      open.terminal.type(key);
      await open.settle();
      expect(open.terminal.frames).toBe(1);
      expect(open.terminal.written).not.toMatch(/\u001B\[[23]J/);
    },
  );

  it('Given many keys in one chunk, then they are one frame', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.terminal.forget();
    open.terminal.type('\tj2]jj');
    await open.settle();
    expect(open.terminal.frames).toBe(1);
  });

  it('Given a burst of events, then the frames are few and the last one is right', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']).runs().begins('T1') });
    await open.settle();
    open.terminal.forget();
    for (let index = 0; index < 2000; index += 1) open.plan.add('context.set', { key: 'k', value: index });
    open.plan.ends('T1');
    const text = await open.pass(200);
    expect(text).toContain('1/1');
    expect(open.terminal.frames).toBeLessThan(10);
  });

  it('Given a whole session, then the screen is never cleared as a whole', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('?');
    await open.type('?');
    open.terminal.resize(80, 24);
    await open.pass(50);
    open.plan.ends('T1');
    await open.pass(1000);
    expect(open.terminal.writtenOnScreen).not.toMatch(/\u001B\[[23]J/);
    expect(open.terminal.scrolledRows).toBe(0);
  });
});

describe('the bell', () => {
  const asks = (plan: FakePlan): FakePlan =>
    plan.waits('T2', 'Which one?', [{ id: 'this', description: null }]);

  it('Given a question begins to wait, then it rings once', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    asks(open.plan);
    await open.pass(100);
    open.plan.add('note.added', { text: 'still there', step_id: null });
    await open.pass(5000);
    expect(open.terminal.bells).toBe(1);
    open.plan.waits('T2', 'Which one?', [{ id: 'this', description: null }], 'this');
    open.plan.waits('T3', 'And now?', []);
    await open.pass(100);
    expect(open.terminal.bells).toBe(2);
  });

  it.each<[string, (plan: FakePlan) => unknown, readonly string[]]>([
    ['waits', asks, ['agents: demo waits for you: Which one?']],
    [
      'has settings that wait',
      (plan) =>
        plan.add('config.changed', {
          changes: [],
          error: { code: 'config_changed_by_step', message: 'no', hint: null } as never,
        }),
      ['agents: demo waits for you: its settings have changed'],
    ],
    ['is done', (plan) => plan.add('plan.completed', { outputs: {} }), ['agents: demo is done']],
    ['is cancelled', (plan) => plan.add('plan.cancelled', { reason: 'cancelled', by: null }), []],
    [
      'has failed',
      (plan) => plan.add('plan.failed', { error: { code: 'x', message: 'no', hint: null } as never }),
      ['agents: demo has failed'],
    ],
  ])('Given a plan that %s, then a notice says so; M is silent', async (_, happens, notices) => {
    await using open = new OpenPlan({ history: running });
    await using silent = new OpenPlan({ history: running });
    await open.settle();
    expect(await silent.type('M')).toContain('silent: no bell');
    happens(open.plan);
    happens(silent.plan);
    await open.pass(100);
    await silent.pass(100);
    expect(open.terminal.notices).toEqual(notices);
    expect([silent.terminal.notices, silent.terminal.bells]).toEqual([[], 0]);
    expect(await silent.type('M')).toContain('bell and notices when');
  });

  it('Given a question that waited already, then opening the screen is silent', async () => {
    await using open = new OpenPlan({ history: (plan) => asks(running(plan) as FakePlan) });
    await open.settle();
    expect(open.terminal.bells).toBe(0);
  });
});
