import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/domain/errors.ts';
import { id, type FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

/** The detail's frame and rows. */
function detailOf(text: string): string {
  return text.slice(text.indexOf('3 Detail'));
}

describe('the plan and its checkpoints as they grow', () => {
  it('Given each trigger fires, then its row and its sign are there within a tenth of a second', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']).runs() });
    await open.settle();
    const triggers = [
      ['on_tool_write', '◇', 'before write'],
      ['on_tool_write_complete', '◆', 'after write'],
      ['on_subplan_spawn', '▷', 'before subplan'],
      ['on_error', '✗', 'on error'],
      ['interval', '○', 'interval'],
      ['manual', '●', 'by hand'],
    ] as const;
    for (const [index, [trigger, glyph, words]] of triggers.entries()) {
      open.plan.checkpointed(trigger, { step_id: 'T1' });
      const text = await open.pass(100);
      expect(text).toMatch(new RegExp(`${index + 1} .*${glyph} ${words}`));
      expect(text).toContain(`checkpoint ${index + 1} created (${glyph} ${words})`);
    }
    expect(open.terminal.lines()[2]).toContain('◇──◆──▷──✗──○──● now');
  });

  it('Given a step without a checkpoint, then its difference is how it stands', async () => {
    await using open = new OpenPlan({
      history: (plan) => plan.created('demo', ['T1', 'T2']).runs().begins('T1').ends('T1').begins('T2'),
    });
    await open.settle();
    const step = await open.type(']');
    expect(step).toContain('No checkpoint was taken in this step: there is nothing to compare.');
    expect(step).toContain('Tool calls (1)');
    const phase = await open.type('g');
    expect(phase).toContain('Select a checkpoint (2), or a step that has one');
    expect(phase).not.toContain('Tool calls');
  });

  it('Given a running tool speaks, then its lines are there', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']).runs().begins('T1') });
    await open.settle();
    expect(open.plan.followed).toEqual(new Set([id('CT1')]));
    open.plan.say(id('CT1'), 'compiling', 'linking');
    expect(await open.pass(100)).toContain('linking');
    open.plan.say(id('CT1'), 'done with it');
    expect(await open.pass(100)).toContain('done with it');
  });

  it('Given the detail shows something else, then nobody listens to the tool', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']).runs().begins('T1') });
    await open.settle();
    await open.type(']');
    expect(open.plan.followed.size).toBe(0);
    await open.type('[');
    expect(open.plan.followed.size).toBe(1);
    await open.type('1++');
    expect(open.plan.followed.size).toBe(0);
  });

  it('Given nothing has been told yet, then the screen is there all the same', async () => {
    await using open = new OpenPlan({ columns: 40, rows: 8 });
    expect(await open.settle()).toContain('not there yet');
    open.terminal.resize(120, 36);
    expect(await open.pass(50)).toContain('none yet: c takes one now');
  });

  it('Given a tiny screen and nothing that runs, then it says so', async () => {
    await using open = new OpenPlan({
      columns: 45,
      rows: 10,
      history: (plan) => plan.created('demo', ['T1', 'T2']),
    });
    expect(await open.settle()).toContain('2 steps, none runs now');
  });

  it('Given news after a long rest, then they are shown with the time of now', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']) });
    await open.settle();
    await open.pass(3_600_000);
    open.plan.checkpointed('manual');
    const text = await open.settle();
    expect(text).toMatch(/1 {2}[0-9:]+ {3}0s/);
  });

  it('Given a tiny screen, then it shows how far it is, what runs, and what happened last', async () => {
    await using open = new OpenPlan({ columns: 45, rows: 10, history: releaseNotes });
    await open.settle();
    await open.pass(6000);
    expect(open.terminal.lines().slice(0, 3).join('\n')).toMatch(/EXECUTE.*\n.*tui.*\n.*T9 waits/);
  });
});

describe('the detail', () => {
  it('Given a step, then State and Decision show what is known of it', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('gjj');
    expect(detailOf(await open.type(']]'))).toContain('3 Detail: State');
    const decision = detailOf(await open.type(']'));
    expect(decision).toContain('Which format?');
    expect(decision).toContain('keep a changelog');
  });

  it('Given a checkpoint, then State shows what it holds, read once', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('2g]]');
    expect(detailOf(await open.settle())).toContain(id('K4'));
    for (const key of ['j', 'k']) {
      await open.type(key);
      await open.settle();
    }
    const states = open.plan.snapshotsRead.filter((read) => !read.startsWith('tree@'));
    expect(states).toEqual([id('K4'), id('K3')]);
  });

  it('Given many keys in one chunk, then nothing is read of what lies between', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('2g]]');
    await open.settle();
    await open.type('jjj');
    expect(detailOf(await open.settle())).toContain(id('K1'));
    const states = open.plan.snapshotsRead.filter((read) => !read.startsWith('tree@'));
    expect(states).toEqual([id('K4'), id('K1')]);
    expect(open.plan.snapshotsRead).toHaveLength(4);
  });

  it('Given a snapshot that can not be read, then why is told in its place', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    open.plan.snapshotFault = new NotFoundError('gone', 'the part is missing');
    await open.type('2g]]');
    expect(detailOf(await open.settle())).toContain("ckpt 4 can't be read: the part is missing");
  });

  it('Given checkpoints of two plans, then the second plan is compared with what it was at the first', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    const child = open.plan.events.find((event) => event.plan_id !== event.root_plan_id)?.plan_id;
    open.plan.checkpointed('manual', { plan_id: child ?? '' });
    await open.settle();
    // The child's is the newest; A is the root's first.
    await open.type('2G g');
    expect(detailOf(await open.type('d'))).toMatch(/A {2}ckpt 1 \(.+ as it was then\)/);
  });

  it('Given d, then the mark and the selected one are compared, else it and now, then the one before', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('2gj');
    await open.type('d');
    const now = detailOf(await open.settle());
    expect(now).toContain('A ckpt 3 · B now');
    expect(now).toContain('+++ B  now');
    expect(detailOf(await open.type('d'))).toContain('A ckpt 2 · B ckpt 3');
    await open.type('jj k');
    await open.type(' ');
    const marked = detailOf(await open.type('k'));
    expect(marked).toContain('· B ckpt 3');
    expect(detailOf(await open.settle())).toContain('+++ B');
  });

  it.each<[string, (plan: FakePlan) => unknown, string, string]>([
    ['nothing', (plan) => plan.created('demo', ['T1']).runs(), 'g]', 'Select a checkpoint (2)'],
    [
      'the first checkpoint',
      (plan) => plan.created('demo', ['T1']).checkpointed('manual'),
      '2]',
      'Checkpoint 1 is the first of its plan',
    ],
    [
      'the mark itself',
      (plan) => plan.created('demo', ['T1']).checkpointed('manual'),
      '2 ]',
      'Checkpoint 1 is A itself',
    ],
    [
      'a step with checkpoints',
      (plan) =>
        plan.created('demo', ['T1']).runs().checkpointed('manual').checkpointed('manual', { step_id: 'T1' }),
      'gjj]',
      'A ckpt 1 · B ckpt 2',
    ],
  ])('Given %s, then Diff says what it compares or what to do', async (_, history, keys, words) => {
    await using open = new OpenPlan({ history });
    await open.settle();
    await open.type(keys);
    expect(detailOf(await open.settle())).toContain(words);
  });

  it('Given a search, then the place is marked and counted; given none, then nothing is', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('3/notes\r');
    const text = await open.settle();
    expect(text).toMatch(/1 of \d+ found/);
    expect(text).toMatch(/┃▌.*notes/);
  });

  it('Given a filter, then the footer says what is hidden, also if that is everything', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    expect(await open.type('/db\r')).toContain('filter: db (Esc shows all)');
    await open.type('/zzz\r');
    expect(await open.settle()).toContain('nothing matches');
  });

  it('Given ? and a filter, then only those keys are there', async () => {
    await using open = new OpenPlan({ columns: 100, rows: 30, history: releaseNotes });
    await open.settle();
    await open.type('?');
    const text = await open.type('/checkpoint\r');
    expect(text).toContain('filter: checkpoint');
    expect(text).not.toContain('half a page');
    expect(await open.type('/zzzz\r')).toContain('no key says that');
  });

  it('Given long lines, when w, then they are wrapped', async () => {
    const history = (plan: FakePlan): unknown =>
      plan
        .created('demo', ['T1'])
        .runs()
        .add('note.added', { text: `${'word '.repeat(60)}END`, step_id: null });
    await using open = new OpenPlan({ history });
    await open.settle();
    await open.type('g');
    expect(await open.settle()).not.toContain('END');
    expect(await open.type('jw')).toContain('END');
  });
});

describe('dialogs that outlive what they ask', () => {
  it('Given a question that is answered elsewhere, then its dialog closes or says so', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('a');
    open.plan.waits('T9', 'Tag it now?', [{ id: 'yes', description: null }], 'yes');
    const text = await open.pass(100);
    expect(text).not.toContain('T9 waits for you');
  });

  it('Given a question that belongs to no step, then its dialog is there all the same', async () => {
    const history = (plan: FakePlan): unknown => plan.created('demo', ['T1']).runs().asks('Go on?');
    await using open = new OpenPlan({ history });
    await open.settle();
    const text = await open.type('a');
    expect(text).toContain('A question waits for you');
    expect(text).toContain('Go on?');
  });

  it('Given settings that are answered elsewhere, then their dialog closes', async () => {
    await using open = new OpenPlan({ history: (plan) => plan.created('demo', ['T1']).runs() });
    await open.settle();
    const error = { code: 'config_changed_by_step', message: 'step T1 changed .agentsrc', hint: null };
    open.plan.add('config.changed', { changes: [], error });
    await open.pass(100);
    expect(await open.type('a')).toContain('Take the changed settings?');
    open.plan.add('config.changed', { changes: [], error: null });
    expect(await open.pass(100)).not.toContain('Take the changed settings?');
  });

  it('Given several questions, then the dialog says how many', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    open.plan.waits('T10', 'And how?', []);
    await open.pass(100);
    expect(await open.type('a')).toContain('2 wait: Tab shows the next');
  });

  it('Given more options than rows, then the one with the focus is in sight', async () => {
    const options = Array.from({ length: 30 }, (_, index) => ({
      id: `option-${index}`,
      description: 'what it does',
    }));
    const history = (plan: FakePlan): unknown =>
      plan.created('demo', ['T1']).runs().waits('T1', 'Which?', options);
    await using open = new OpenPlan({ columns: 80, rows: 24, history });
    await open.settle();
    await open.type(`a${'j'.repeat(29)}`);
    const text = await open.settle();
    expect(text).toMatch(/▌ 30 +option-29/);
    expect(open.terminal.scrolledRows).toBe(0);
  });
});
