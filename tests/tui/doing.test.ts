import { describe, expect, it } from 'vitest';
import { ConflictError } from '../../src/domain/errors.ts';
import { id, type FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

const running = (plan: FakePlan): unknown => plan.created('demo', ['T1', 'T2']).runs().begins('T1');

describe('keys that do something', () => {
  it('Given c, then there is a checkpoint, on the rail, in the list and in the toast', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('c');
    const text = await open.pass(100);
    expect(open.plan.asked).toEqual(['checkpoint']);
    expect(text).toContain('✓ checkpoint 1 created (● by hand)');
    expect(text).toContain('● by hand');
    expect(text).toContain('1 kept');
    expect(await open.pass(6000)).not.toContain('created');
  });

  it('Given the plan ends with a checkpoint, then the end is told, not the checkpoint', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.checkpointed('on_tool_write_complete').add('plan.completed', { outputs: {} });
    const text = await open.pass(100);
    expect(text).toContain('✓ complete; look around');
    expect(text).not.toContain('checkpoint 1 created');
    await open.type('c');
    expect(await open.pass(100)).toContain('checkpoint 2 created (● by hand)');
    expect(await open.pass(6000)).toContain('✓ complete; look around');
  });

  it('Given C and a label, then the checkpoint has it', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('Cbefore the release\r');
    const text = await open.pass(100);
    expect(open.plan.asked).toEqual(['checkpoint "before the release"']);
    expect(text).toContain('created (● by hand "before the release")');
  });

  it('Given it has to wait, then why is told until it is there', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    const gate = Promise.withResolvers<void>();
    open.plan.queue = { message: 'queued: step T1 writes since 02:03:39', gate: gate.promise };
    expect(await open.type('c')).toContain('queued: step T1 writes since 02:03:39');
    gate.resolve();
    await open.terminal.until((text) => text.includes('checkpoint 1 created'));
  });

  it('Given it is refused, then what, why and what next are told, and the screen goes on', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.refusal = new ConflictError('held', 'it is held', {
      hint: 'by another',
      nextSteps: ['agents plan status'],
    });
    const text = await open.type('c');
    expect(text).toContain('it is held - by another - agents plan status');
    expect(await open.type('2')).toContain('┏━ 2 Checkpoints');
  });

  it('Given more is to be said than one line holds, then all of it stays until it is closed, in whole words', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.refusal = new ConflictError(
      'unfinished_write',
      `a write was cut off, ${'nobody knows how far it came: '.repeat(4)}`,
      {
        hint: 'look at the files\nthen say what it counts as',
        nextSteps: [
          'agents plan execute 3JAN5AJ0 --rerun writes',
          'agents plan execute 3JAN5AJ0 --skip writes',
        ],
      },
    );
    await open.type('p');
    const text = await open.pass(6000);
    expect(text).toContain('That did not work');
    expect(text).toMatch(/how far it {2,}┃/);
    expect(text).toContain('┃ then say what it counts as');
    expect(text).toContain('agents plan execute 3JAN5AJ0 --rerun writes ');
    expect(text).toContain('agents plan execute 3JAN5AJ0 --skip writes ');
    expect(await open.type('j')).toContain('--skip writes');
    expect(await open.type('\r')).not.toContain('--skip writes');
  });

  it('Given a message of two lines while something is open, then it is told without closing that', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.refusal = new ConflictError('held', 'two\nlines', { nextSteps: ['a', 'b'] });
    open.terminal.type('cT');
    await open.settle();
    const text = await open.settle();
    expect(text).toContain('Triggers');
    expect(text).toContain('two\\nlines - a');
  });

  it('Given something that is no error is thrown, then it is told too', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.refusal = 'just words' as unknown as Error;
    expect(await open.type('c')).toContain('just words');
  });

  it('Given p twice, then the plan rests, and goes on', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('p');
    expect(await open.pass(100)).toContain('paused');
    await open.type('p');
    await open.pass(100);
    expect(open.plan.asked).toEqual(['pause', 'resume']);
  });

  it('Given s and y, then the running tool is ended', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    expect(await open.type('s')).toContain('Stop the running tool?');
    await open.type('y');
    expect(open.plan.asked).toEqual(['stop']);
  });

  it('Given a and Enter, then the question is answered', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    const text = await open.type('a');
    expect(text).toContain('Tag it now?');
    expect(text).toContain('makes the tag and pushes it');
    await open.type('j\r');
    expect(open.plan.asked).toEqual([`answer ${id('DT9')} no`]);
    expect(await open.pass(100)).not.toContain('waits for you [a]');
  });

  it('Given a question without options, then the answer is typed in its dialog', async () => {
    const history = (plan: FakePlan): unknown =>
      plan.created('demo', ['T1']).runs().waits('T1', 'What shall the tag be?', []);
    await using open = new OpenPlan({ history });
    await open.settle();
    const text = await open.type('av1.0');
    expect(text).toContain('> v1.0█');
    await open.type('\r');
    expect(open.plan.asked).toEqual([`answer ${id('DT1')} v1.0`]);
  });

  it.each([
    ['y', 'approve'],
    ['n', 'deny'],
  ])('Given settings that a step changed, when asked and %s, then %s', async (key, asked) => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    const error = { code: 'config_changed_by_step', message: 'step T1 changed .agentsrc', hint: 'look' };
    open.plan.add('config.changed', { changes: [], error });
    await open.pass(100);
    expect(await open.type('a')).toContain('step T1 changed .agentsrc');
    await open.type(key);
    expect(open.plan.asked).toEqual([asked]);
  });
});

describe('leaving by key', () => {
  const done = (open: OpenPlan): Promise<unknown> => open.shell.done;

  it('Given a plan that has ended, when q, then it is left', async () => {
    const history = (plan: FakePlan): unknown =>
      plan.created('demo', ['T1']).runs().add('plan.completed', { outputs: {} });
    await using open = new OpenPlan({ history });
    await open.settle();
    open.terminal.type('q');
    expect(await done(open)).toEqual({ kind: 'quit' });
  });

  it('Given our run, when q and d, then it goes on without this screen', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    expect(await open.type('q')).toContain('Leave?');
    open.terminal.type('d');
    expect(await done(open)).toEqual({ kind: 'detach' });
    expect(open.plan.asked).toEqual([]);
  });

  it('Given our run, when q and p, then it rests first', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('q');
    open.terminal.type('p');
    expect(await done(open)).toEqual({ kind: 'quit' });
    expect(open.plan.asked).toEqual(['pause']);
  });

  it.each([
    [{ kind: 'running', pid: 1, since: '2026-11-21T02:00:00.000Z', ours: true } as const, true],
    [{ kind: 'running', pid: 1, since: '2026-11-21T02:00:00.000Z', ours: false } as const, false],
  ])('Given a runner %o and nothing said about whose it is, then leaving asks: %s', async (runner, asks) => {
    await using open = new OpenPlan({ history: running, ownsRun: null });
    await open.settle();
    open.plan.runner(runner);
    await open.pass(100);
    if (asks) expect(await open.type('q')).toContain('Leave?');
    else open.terminal.type('q');
    if (!asks) expect(await done(open)).toEqual({ kind: 'quit' });
  });
});

describe('the panel of the triggers', () => {
  it('Given a step changed the file and nobody has said yes, then the panel says that the plan goes by the old settings', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('T');
    expect(await open.settle()).not.toContain('a step changed this');
    const error = { code: 'config_changed_by_step', message: 'step T1 changed .agentsrc', hint: null };
    open.plan.add('config.changed', { changes: [], error });
    expect(await open.pass(100)).toContain('? a step changed this while it wrote');
  });

  it('Given a value from the environment, then its whole name is there where the screen has the room', async () => {
    await using open = new OpenPlan({ history: running });
    const name = 'environment AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON';
    open.plan.settings.standing = {
      ...open.plan.settings.standing,
      autoCreateOn: { value: ['on_error'], origin: name, overrides: true },
    };
    await open.settle();
    await open.type('T');
    expect(await open.settle()).toContain(`not the file: ${name}`);
  });

  it('Given T, then it follows the files until it is closed', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    expect(open.plan.settings.watchers).toBe(1);
    await open.type('T');
    const text = await open.settle();
    expect(text).toContain('[x] ◇ on_tool_write ');
    expect(text).toContain('.agentsrc:3:5');
    expect(open.plan.settings.watchers).toBe(1);
    await open.type('j ');
    expect(await open.settle()).toContain('[x] ◆ on_tool_write_complete');
    open.plan.settings.edited({
      fault: { code: 'invalid', message: '.agentsrc:4:1 is no list', hint: 'write a list' },
      file: { path: '/p/.agentsrc', exists: false },
      autoCreateOn: { value: [], origin: 'environment AGENTS_X', overrides: true },
    });
    const edited = await open.settle();
    expect(edited).toContain('not taken: .agentsrc:4:1 is no list - write a list');
    expect(edited).toContain('makes the file /p/.agentsrc');
    expect(edited).toContain('not the file: environment AGENTS_X');
    open.plan.settings.edited({ fault: { code: 'invalid', message: 'no YAML', hint: null } });
    expect(await open.settle()).toContain('not taken: no YAML ');
    await open.type('T');
    expect(open.terminal.text()).not.toContain('no YAML');
  });

  it('Given the panel is closed, then what somebody changes is said, and an invalid file with its place', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    const { settings } = open.plan;
    settings.edited({ autoCreateOn: { value: [], origin: '.agentsrc:4:5', overrides: false } });
    expect(await open.settle()).toContain(
      'the settings say now: on_tool_write off, on_error off (.agentsrc:4:5)',
    );
    settings.edited({ fault: { code: 'invalid', message: '/p/.agentsrc:4:1 is no list\nmore', hint: null } });
    expect(await open.settle()).toContain(
      'settings not taken, the old ones hold: /p/.agentsrc:4:1 is no list',
    );
    settings.edited({ fault: null });
    expect(await open.settle()).toContain('the settings are sound again');
    await open.pass(6000);
    settings.edited({ autoCreateOn: { value: [], origin: '.agentsrc:9:5', overrides: false } });
    expect(await open.settle()).not.toContain('settings');
  });

  it('Given a change by a step was left, then the panel shows what the plan goes by, until the file says another', async () => {
    await using open = new OpenPlan({ history: running });
    const { plan } = open;
    plan.settings.standing = {
      ...plan.settings.standing,
      autoCreateOn: { value: [], origin: '.agentsrc:3:5', overrides: false },
    };
    await open.settle();
    const error = { code: 'config_changed_by_step', message: 'step T1 changed .agentsrc', hint: null };
    const key = 'core.checkpoints.auto_create_on';
    plan.add('config.changed', { changes: [{ key, before: ['on_error'], after: [] }], error });
    await open.type('T');
    expect(await open.pass(100)).toContain('the plan goes by the settings before');
    expect(open.terminal.text()).toContain('[x] ✗ on_error');
    plan.add('config.changed', { changes: [], error: null });
    const left = await open.pass(100);
    expect(left).toContain('that was left: ');
    expect(left).toContain('[x] ✗ on_error');
    expect(left).toMatch(/triggers +1 +as before \.agentsrc:3:5/);
    plan.settings.edited({ autoCreateOn: { value: ['on_tool_write'], origin: 'x', overrides: false } });
    const edited = await open.settle();
    expect(edited).toContain('[ ] ✗ on_error');
    expect(edited).not.toContain('that was left');
  });

  it('Given an interval, then when the next comes, and keys that make it longer, shorter or none', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    expect(await open.type('T')).toMatch(/\[x\] ○ interval in seconds +every 60 +next in 60 s /);
    expect(open.terminal.text()).toMatch(/\[ \] ○ interval in steps +off /);
    open.plan.settings.edited({ intervalSteps: { value: 2, origin: '.agentsrc:9:3', overrides: false } });
    expect(await open.pass(20_000)).toMatch(/every 60 +next in 40 s /);
    open.time.set(-3_600_000);
    expect(await open.pass(1000)).toMatch(/every 60 +next in 60 s /);
    open.time.set(3_600_000 - 2000);
    expect(await open.pass(1000)).toMatch(/every 60 +next in 40 s /);
    expect(open.terminal.text()).toMatch(/every 2 +next in 2 steps /);
    await open.type('jjjj');
    expect(await open.type('+')).toMatch(/▌ \[x\] ○ interval in seconds +every 120 +next in 100 s /);
    expect(await open.type('---')).toMatch(/every 10 +next when a step ends /);
    expect(await open.type(' ')).toMatch(/\[ \] ○ interval in seconds +off /);
    open.plan.checkpointed('interval');
    open.plan.add('step.completed', { step_id: 'T1', call_id: null, output: null });
    expect(await open.pass(100)).toMatch(/every 2 +next in 1 step /);
    open.plan.settings.edited({ autoCreateOn: { value: [], origin: 'x', overrides: false } });
    expect(await open.settle()).toContain('not taken: no trigger is on');
    open.plan.add('plan.paused', { reason: 'enough', by: null });
    expect(await open.pass(100)).toMatch(/every 2 +┃/);
  });

  it('Given settings that can not be read or written, then that is told', async () => {
    await using open = new OpenPlan({
      history: (plan) => {
        running(plan);
        plan.settings.refusal = new Error('no such folder');
      },
    });
    await open.settle();
    await open.type('T');
    const text = await open.settle();
    expect(text).toContain('reading the settings');
    expect(text).toContain('no such folder');
    open.plan.settings.refusal = null;
    await open.type('T');
    await open.type('T');
    open.plan.settings.refusal = new Error('read-only');
    await open.type(' ');
    expect(await open.settle()).toContain('read-only');
  });

  it('Given it is left open, then closing the screen ends the watching', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type('T');
    open.shell.close();
    await open.shell.done;
    expect(open.plan.settings.watchers).toBe(0);
  });
});

describe('trouble', () => {
  it('Given a journal that can not be read for a while, then that stands there for so long', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.fault({ code: 'busy', message: 'the database is locked', hint: null });
    expect(await open.pass(100)).toContain("the plan can't be read at the moment: the database is locked");
    open.plan.fault(null);
    expect(await open.pass(100)).not.toContain('the database is locked');
  });
});
