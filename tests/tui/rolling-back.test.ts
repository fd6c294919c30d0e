import { describe, expect, it } from 'vitest';
import { ConflictError } from '../../src/domain/errors.ts';
import { rawPathOf } from '../../src/domain/raw-path.ts';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

const ESC = '\u001B';

/** Two checkpoints with files, and a step that runs. */
function story(plan: FakePlan): void {
  plan.created('demo', ['T1', 'T2']).runs().begins('T1');
  plan.checkpointed('on_tool_write', { tree_hash: 'one', files_changed: 1 });
  plan.ends('T1').begins('T2').checkpointed('on_tool_write_complete', { tree_hash: 'two', files_changed: 2 });
  const { files, rollbacks } = plan;
  const [mine, theirs] = [files.state('mine\n'), files.state('theirs\n')];
  rollbacks.impact = {
    actions: [
      { path: 'src/a.ts', from: mine, to: theirs },
      { path: 'new\u0007.ts', from: mine, to: null },
    ],
    conflicts: [
      { path: 'their.md', resolution: 'keep', mine, theirs },
      { path: 'other.md', resolution: 'keep', mine, theirs },
    ],
    excluded: [{ path: 'node_modules', reason: 'rule' }],
    notUndone: [{ step_id: 'T1', what: 'git push' }],
    heads: [{ path: '.git', before: 'main 1a2b', after: 'main 3c4d' }],
  };
}

async function opened(history = story): Promise<OpenPlan> {
  const open = new OpenPlan({ history });
  await open.settle();
  return open;
}

describe('rolling back', () => {
  it('Given b, then what would go back is said before anything does, with the safe choice in focus', async () => {
    await using open = await opened();
    await open.type('2jb');
    const text = await open.settle();
    expect(text).toContain('Roll back to checkpoint 1?');
    expect(text).toContain('2 steps, 1 tool call go back');
    expect(text).toContain('2 paths change: ~1 -1');
    expect(text).toContain('changed by somebody else: 2 kept as now');
    expect(text).toContain('never touched: node_modules (a rule leaves it out)');
    expect(text).toContain('T2 is stopped first');
    expect(text).toContain('git push (T1)');
    expect(text).toMatch(/HEAD moved +\.git: main 1a2b then, main 3c4d now; files go back/);
    expect(text).toContain('▌ Esc  cancel: nothing changes');
    expect(open.plan.asked).toEqual(['preview 1 plan_and_files']);
    expect(await open.type('\r')).not.toContain('Roll back to');
    expect(open.plan.asked).toHaveLength(1);
  });

  it.each([
    ['y', 'plan_and_files'],
    ['s', 'plan_only'],
    ['f', 'files_only'],
  ])(
    'Given %s, then %s goes back, the running plan is stopped, and it is said what was done',
    async (key, scope) => {
      await using open = await opened();
      await open.type('2jb');
      await open.settle();
      const text = await open.type(key);
      expect(open.plan.asked.at(-1)).toBe(`roll back 1 ${scope} stop`);
      expect(text).toContain('↶ rolled back to checkpoint 1: ');
      expect(text).toContain('2 conflicts kept as they are');
    },
  );

  it('Given a key before it is known what it would do, then nothing is done', async () => {
    await using open = await opened();
    const gate = Promise.withResolvers<void>();
    open.plan.rollbacks.queue = { message: 'looking at the files: 5', gate: gate.promise };
    await open.type('2jb');
    expect(await open.settle()).toContain('looking at the files: 5');
    expect(await open.type('y')).toContain('still looking at what this would do');
    expect(await open.type('l')).toContain('still looking');
    await open.press(ESC);
    gate.resolve();
    expect(await open.settle()).not.toContain('Roll back to');
    expect(open.plan.asked).toEqual(['preview 1 plan_and_files']);
  });

  it('Given paths and conflicts, then each is named, can be looked at, and decided', async () => {
    await using open = await opened();
    await open.type('2jb');
    await open.settle();
    const paths = await open.type('l');
    expect(paths).toContain('~ modified  src/a.ts');
    expect(paths).toContain('━ 1 of 2 · Enter shows the diff · Esc goes back ━');
    expect(paths).toContain('- deleted   new\\x07.ts');
    await open.type('d');
    // Both are read first.
    await open.terminal.until((text) => text.includes('- mine') && text.includes('+ theirs'));
    await open.press(ESC);
    expect(await open.press(ESC)).toContain('Roll back to checkpoint 1?');
    expect(await open.type('c')).toContain('keep  ~ modified  their.md');
    await open.type('t');
    expect(await open.settle()).toContain('take  ~ modified  their.md');
    await open.type('*');
    await open.settle();
    await open.type('jb');
    await open.settle();
    const both = await open.press(ESC);
    expect(both).toContain('1 taken back, 1 taken back and');
    await open.type('y');
    expect(open.plan.asked.at(-1)).toBe('roll back 1 plan_and_files their.md=take other.md=both stop');
  });

  it('Given a path is left out, then the others go back without the plan, and it is said so everywhere', async () => {
    await using open = await opened();
    await open.type('2jb');
    expect(await open.settle()).toContain('look at the paths (2), or leave some out');
    await open.type('l');
    const left = await open.type('j ');
    expect(left).toContain('1 of 2 paths go back, and the state of the plan stays');
    expect(left).toContain('▌ · stays     new\\x07.ts');
    const first = await open.press(ESC);
    expect(first).toContain('Roll back 1 of 2 paths to checkpoint 1?');
    expect(first).toContain('stays: it goes back only with all paths');
    expect(first).toContain('1 of 2 paths change: ~1');
    expect(first).toContain('▌ Esc  cancel: nothing changes');
    expect(first).toContain('files only, 1 of 2 paths: the state of the plan stays');
    expect(await open.type('y')).toContain('the state of the plan stays: f takes back the others');
    expect(open.plan.asked).toEqual(['preview 1 plan_and_files']);
    const done = await open.type('f');
    expect(open.plan.asked.at(-1)).toBe(
      'roll back 1 files_only only src/a.ts only their.md only other.md stop',
    );
    expect(done).toContain('1 path changed, the state of the plan stays');
  });

  it('Given a filter of the paths, then only those are listed, and a means only them', async () => {
    await using open = await opened();
    await open.type('2jb');
    await open.settle();
    const found = await open.type('l/SRC\r');
    expect(found).toContain('filter: SRC');
    expect(found).toContain('src/a.ts');
    expect(found).not.toContain('new\\x07.ts');
    expect(await open.type('a')).toContain('1 of 2 paths go back');
    const all = await open.press(ESC);
    expect(all).toContain('· stays     src/a.ts');
    expect(all).toContain('- deleted   new\\x07.ts');
    expect(await open.type('/none\r')).toContain('no path has that text');
    await open.press(ESC);
    expect(await open.type('a')).toContain('What becomes of each path');
    expect(await open.type('a')).toContain('0 of 2 paths go back');
    const none = await open.press(ESC);
    expect(none).toContain('stay: all 2 paths are left out');
    expect(await open.type('f')).toContain('every path is left out');
    expect(open.plan.asked).toHaveLength(1);
  });

  it('Given an undo, then no path of it is left out', async () => {
    await using open = await opened();
    open.plan.checkpointed('pre_rollback', { tree_hash: 'two' });
    await open.type('u');
    await open.settle();
    expect(await open.type('l')).not.toContain('leave out');
    expect(await open.type(' ')).toContain('as a whole, or not at all');
    expect(await open.type('a')).toContain('as a whole, or not at all');
  });

  it('Given very many paths, then the number of the checkpoint is typed', async () => {
    await using open = await opened();
    const state = open.plan.files.state('x');
    const names = Array.from({ length: 60 }, (_, index) => `f${index}`);
    open.plan.rollbacks.impact = { actions: names.map((path) => ({ path, from: state, to: null })) };
    await open.type('2jb');
    await open.settle();
    expect(await open.type('y')).toContain('many paths change: type the number of the checkpoint');
    expect(await open.type('7\r')).toContain('type 1, or Esc');
    expect(open.plan.asked).toHaveLength(1);
    await open.type('\u007F1\r');
    expect(open.plan.asked.at(-1)).toBe('roll back 1 plan_and_files stop');
  });

  it('Given it takes long, then how far it is is shown, the screen lives, and it can be stopped', async () => {
    await using open = await opened();
    await open.type('2jb');
    await open.settle();
    open.plan.rollbacks.queue = { message: 'restoring: 3 of 9', gate: new Promise(() => undefined) };
    expect(await open.type('y')).toContain('rolling back to checkpoint 1: restoring: 3 of 9');
    expect(await open.type('1')).toContain('┏━ 1 Plan');
    for (const key of ['b', 'u', 'F', 'q']) expect(await open.type(key)).toContain('wait until that is done');
    await open.type('\u0003');
    expect(await open.settle()).toContain('stopped: nothing was changed');
  });

  it('Given it is refused, then why and what to do next are told', async () => {
    await using open = await opened();
    await open.type('2jb');
    await open.settle();
    open.plan.rollbacks.refusal = new ConflictError('held', 'another runs it', {
      nextSteps: ['agents plan status'],
    });
    await open.type('y');
    expect(await open.settle()).toContain('another runs it - agents plan status');
    open.plan.rollbacks.refusal = new ConflictError('plan_applied', 'it is applied');
    await open.type('b');
    const text = await open.settle();
    expect(text).toContain('it is applied');
    expect(text).not.toContain('Roll back to');
  });

  it('Given content that can not be read, then that stands in place of what differs', async () => {
    await using open = await opened();
    const lost = { type: 'file', mode: 0o644, size: 3, hash: 'lost' } as const;
    open.plan.rollbacks.impact = { actions: [{ path: 'a', from: null, to: lost }] };
    await open.type('2jb');
    expect(await open.settle()).toContain('1 path changes: +1');
    expect(await open.type('x')).toContain('x: nothing is damaged; y rolls back');
    expect(await open.type('c')).toContain('nobody else changed anything');
    await open.type('ld');
    await open.terminal.until((text) => text.includes("it can't be read: the content is missing"));
    expect(open.plan.asked).toHaveLength(1);
  });

  it('Given damaged content, then only the rest is offered', async () => {
    await using open = await opened();
    open.plan.rollbacks.impact = { damaged: [rawPathOf('lost.md')] };
    await open.type('2jb');
    expect(await open.settle()).toContain('stored content is missing or damaged: lost.md');
    expect(await open.type('y')).toContain('x rolls back the rest');
    const text = await open.type('x');
    expect(open.plan.asked.at(-1)).toBe('roll back 1 plan_and_files leaving the damaged stop');
    expect(text).toContain('1 damaged path left');
  });

  it('Given nothing to do, or no files, then that is said', async () => {
    await using open = await opened();
    open.plan.rollbacks.impact = { isNothing: true };
    await open.type('2jb');
    expect(await open.settle()).toContain('Nothing to do');
    expect(await open.type('y')).toContain('nothing to do: plan and files are as they were');
    await open.press(ESC);
    open.plan.checkpointed('manual');
    await open.pass(100);
    await open.type('gb');
    await open.settle();
    expect(open.plan.asked.at(-1)).toBe('preview 3 plan_only');
  });

  it('Given b without a checkpoint, then that is said', async () => {
    await using open = await opened((plan) => plan.created('demo', ['T1']));
    expect(await open.type('b')).toContain('b: there is no checkpoint yet');
    expect(await open.type('F')).toContain('F: there is no checkpoint yet');
  });

  it('Given u, then the last rollback is undone after a question; without one it says so', async () => {
    await using open = await opened();
    await open.type('u');
    expect(await open.settle()).toContain('no rollback is there to undo');
    open.plan.checkpointed('pre_rollback', { tree_hash: 'two' });
    await open.type('u');
    expect(await open.settle()).toContain('Undo the last rollback: back to checkpoint 3?');
    await open.type('y');
    expect(open.plan.asked.at(-1)).toBe('roll back 3 plan_and_files stop');
  });
});

describe('forking', () => {
  it('Given F, then a new plan begins here or in a folder, after a question', async () => {
    await using open = await opened();
    const text = await open.type('2jF');
    expect(text).toContain('Fork from checkpoint 1?');
    await open.type('y');
    const forked = await open.settle();
    expect(forked).toContain('⑂ forked: agents plan watch FRKFRKFR');
    expect(forked).toContain('Forked: open FRKFRKFR?');
    expect(forked).toContain('This plan goes on without a screen.');
    expect(await open.type('\r')).not.toContain('Forked');
    await open.type('F');
    expect(await open.type('i')).toContain('folder that is new or empty: /home/ann/project-fork');
    await open.type('\u0015\r');
    expect(await open.settle()).toContain('type a folder');
    await open.type('../other\r');
    await open.settle();
    expect(open.plan.asked).toEqual(['fork 1 here', 'fork 1 /home/ann/other']);
  });

  it.each([
    [true, 'This plan goes on without a screen.'],
    [false, 'This plan stays as it is.'],
  ])(
    'Given o at a plan whose running is %j, then the screen is left for the new plan',
    async (runs, words) => {
      await using open = await opened((plan) => {
        story(plan);
        if (!runs) plan.ends('T2').add('plan.completed', { outputs: {} });
      });
      await open.type('2jF');
      await open.type('y');
      expect(await open.settle()).toContain(words);
      await open.type('o');
      expect(await open.shell.done).toEqual({
        kind: 'open',
        planId: `${'0'.repeat(18)}FRKFRKFR`,
        goesOn: runs,
      });
    },
  );

  it('Given something else is open when the fork is made, then that stays', async () => {
    await using open = await opened();
    const gate = Promise.withResolvers<void>();
    open.plan.rollbacks.queue = { message: 'copying', gate: gate.promise };
    await open.type('2jFy');
    await open.type('T');
    gate.resolve();
    const text = await open.settle();
    expect(text).toContain('forked: agents plan watch');
    expect(text).not.toContain('Forked: open');
  });

  it('Given F where going back is asked, then that is left for the fork', async () => {
    await using open = await opened();
    await open.type('2jb');
    await open.settle();
    await open.type('F');
    expect(await open.press(ESC)).not.toContain('Fork from');
    expect(open.plan.asked).toEqual(['preview 1 plan_and_files']);
  });
});

describe('rolling back on a low screen', () => {
  it('Given 80x24, then all that is said and the choices have room', async () => {
    await using open = new OpenPlan({ history: story, columns: 80, rows: 24 });
    await open.settle();
    await open.type('2jb');
    const text = await open.settle();
    expect(text).toContain('plan state');
    expect(text).toContain('▌ Esc  cancel: nothing changes');
    expect(text).toContain('decide the conflicts (2)');
    expect(open.terminal.scrolledRows).toBe(0);
  });
});
