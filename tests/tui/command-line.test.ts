import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/domain/errors.ts';
import { shortId } from '../../src/domain/ids.ts';
import { ROOT, type FakePlan } from '../support/fake-plan.ts';
import { homeDocument, homeInput, homePlan, OpenHome, planId, type FakeHome } from '../support/open-home.ts';
import { OpenPlan } from '../support/open-plan.ts';

const ESC = '\u001B';
const UP = '\u001B[A';
const SHIFT_TAB = '\u001B[Z';
const CTRL_C = '\u0003';

const running = (plan: FakePlan): unknown => plan.created('demo', ['T1', 'T2']).runs().begins('T1');
const resting = (plan: FakePlan): unknown =>
  plan.created('demo', ['T1', 'T2']).runs().add('plan.paused', { reason: 'person', by: null });

const failed = (plan: FakePlan): unknown =>
  plan
    .created('demo', ['T1'])
    .runs()
    .add('plan.failed', { error: { code: 'no', message: 'no', hint: null } });

const ended = (plan: FakePlan): unknown =>
  plan.created('demo', ['T1']).runs().add('plan.completed', { outputs: {} });

function few(home: FakeHome): void {
  home.items = [homePlan(2, { state: 'errored' }), homePlan(1)];
  home.found = [homeDocument('hello')];
  home.inputs = { 'hello.plan.yaml': [homeInput('who')] };
}

const commands = (open: OpenPlan | OpenHome): readonly string[] =>
  open.commandLine.started.map(({ line }) => line);

describe('the command line on the screen of a plan', () => {
  it('Given : and a command, then it runs, the screen goes on, and what it says can be read', async () => {
    await using open = new OpenPlan({ columns: 80, rows: 24, history: running });
    await open.settle();
    expect(await open.type(':')).toContain(' :█');
    expect(open.terminal.lines().at(-1)).toMatch(/^ Enter do it {2}Tab complete/);
    await open.type('errors --json');
    expect(await open.type('\r')).toContain('━ errors --json ━');
    expect(commands(open)).toEqual(['errors --json']);
    expect(open.terminal.text()).toContain('running errors --json');
    expect(open.terminal.lines().at(-1)).toBe(' Esc close  Ctrl-C end the command  : command');
    open.plan.add('note.added', { text: 'still there', step_id: 'T1' });
    open.commandLine.last.output = 'so far\n';
    expect(await open.pass(1000)).toContain('┃ so far');
    open.commandLine.last.finish(1, 'line\n'.repeat(50));
    await open.terminal.until((text) => text.includes('exit code 1'));
    expect(open.terminal.text()).toMatch(/━ lines 1 to \d+ of 50 · j k scroll ━/);
    expect(open.terminal.lines().at(-1)).toBe(' Esc close  : command');
    expect(await open.press(ESC)).not.toContain('exit code 1');
    expect(open.terminal.scrolledRows).toBe(0);
  });

  it('Given a short answer, then it is a line above the hints', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.commandLine.onStart = (command) => command.finish(0, 'checkpoint 7\n');
    await open.type(':checkpoint create\r');
    await open.terminal.until((text) => text.includes('checkpoint 7') && !text.includes('━ checkpoint'));
  });

  it('Given Esc while it runs, then it goes on and its end is told; Ctrl-C ends it', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type(':tree\r');
    await open.press(ESC);
    expect(open.commandLine.last.ends).toBe(0);
    expect(await open.type(':errors\r')).toContain('"tree" still runs; :output shows it');
    await open.type(':output\r');
    await open.press(CTRL_C);
    expect(open.commandLine.last.ends).toBe(1);
    await open.press(ESC);
    open.commandLine.last.finish(null, 'one\ntwo\n');
    await open.terminal.until((text) => text.includes('tree: ended before it was done; :output shows'));
    expect(await open.type(':output\r')).toContain('┃ two');
    expect(await open.type(':')).not.toContain('┃ two');
    expect(open.plan.asked).toEqual([]);
  });

  it('Given Tab, then what is common, then what there is; Tab and Shift-Tab walk it', async () => {
    await using open = new OpenPlan({ columns: 80, rows: 24, history: running });
    await open.settle();
    open.commandLine.words = [
      'checkpoint',
      'check-in',
      'tree',
      ...Array.from({ length: 12 }, (_, at) => `x${at}`),
    ];
    expect(await open.type(':tr\t')).toContain(':tree █');
    await open.type('ch\t');
    expect(open.terminal.text()).toContain(':tree check█');
    expect(open.terminal.text()).toMatch(/checkpoint {2}about checkpoint *\n.*check-in {4}about check-in/);
    expect(await open.type('\t')).toMatch(/▌ checkpoint[^]*:tree checkpoint█/);
    expect(await open.type('\t')).toContain(':tree check-in█');
    expect(await open.press(SHIFT_TAB)).toContain(':tree checkpoint█');
    expect(await open.press(ESC)).toContain(':tree check█');
    expect(await open.type(' x\t')).toContain('of 12');
    expect(open.terminal.text()).not.toContain('x11');
    expect(await open.press(ESC)).toContain('x█');
    expect(await open.press(ESC)).not.toContain(':tree');
    expect(commands(open)).toEqual([]);
  });

  it('Given Tab on an empty line, then what keys do here comes first, with key and command; Enter does it', async () => {
    await using open = new OpenPlan({ columns: 120, rows: 30, history: running });
    open.commandLine.words = ['tree'];
    await open.settle();
    const offered = await open.type(':\t');
    expect(offered).toMatch(/^ {4}quit +q +leave; asks first while your plan runs/m);
    expect(offered).toMatch(/ +1 of \d\d+ *$/m);
    expect(await open.press(SHIFT_TAB)).toMatch(/▌ tree +about tree[^]*:tree█/);
    await open.press(ESC);
    await open.press(ESC);
    await open.type(':\t');
    while (!/▌ checkpoint /.test(open.terminal.text())) await open.type('\t');
    expect(open.terminal.text()).toMatch(
      /▌ checkpoint +c +a checkpoint now {2}\(agents plan checkpoint create PLAN\)/,
    );
    await open.type('\r');
    expect(open.plan.asked).toEqual(['checkpoint']);
    expect(commands(open)).toEqual([]);
  });

  it.each([
    ['zoom-in', '+'],
    ['triggers', 'T'],
    ['checkpoint-label', 'C'],
    ['follow', 'f'],
    ['next-pane', '\t'],
  ])('Given the name of an action, %s, then it does what its key does', async (name, key) => {
    await using named = new OpenPlan({ history: running });
    await using pressed = new OpenPlan({ history: running });
    await named.settle();
    await pressed.settle();
    expect(await named.type(`:${name}\r`)).toBe(await pressed.type(key));
    expect(commands(named)).toEqual([]);
  });

  it('Given a name with more words, or one that a command has, then it is the command', async () => {
    await using open = new OpenPlan({ history: running });
    open.commandLine.onStart = (command) => command.finish(0, 'done\n');
    await open.settle();
    await open.type(':checkpoint list\r');
    await open.terminal.until((screen) => screen.includes('done'));
    await open.type(':pause\r');
    await open.terminal.until(() => commands(open).length === 2);
    await open.type(':zoom-in 3\r');
    await open.terminal.until(() => commands(open).length === 3);
    expect(commands(open)).toEqual(['checkpoint list', 'pause', 'zoom-in 3']);
  });

  it('Given a paste, then it is typed and not run', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    await open.type(':');
    expect(await open.type('\u001B[200~errors\nlast\u001B[201~')).toContain(':errors last█');
    expect(commands(open)).toEqual([]);
  });

  it('Given lines of before, then Up shows them', async () => {
    await using open = new OpenPlan({ history: running });
    open.commandLine.lines = ['tree'];
    await open.settle();
    await open.type(':errors\r');
    open.commandLine.last.finish(0, '');
    await open.settle();
    await open.type(':');
    expect(await open.press(UP)).toContain(':errors█');
    expect(await open.press(UP)).toContain(':tree█');
  });

  it.each([
    ['watch last', 'watch opens another screen: q goes back from here, then :watch at home'],
    ['run a.plan.yaml', 'run opens another screen'],
    ['execute', 'execute: the plan runs already'],
    ['retry', 'retry: the plan has not failed'],
    ['output', 'no command has been run here yet'],
    ['help', '━ Keys ━'],
    ['q', 'Leave?'],
    ['agents quit', 'Leave?'],
  ])('Given :%s, then the screen answers by itself: %s', async (line, said) => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    const text = await open.type(`:${line}\r`);
    expect(text).toContain(said);
    expect(commands(open)).toEqual([]);
  });

  it('Given a failure while a line is typed, then it doesn’t take the keys', async () => {
    await using open = new OpenPlan({ history: running });
    await open.settle();
    open.plan.refusal = new NotFoundError('gone', 'it\nis gone', { nextSteps: ['a', 'b'] });
    await open.type('c:err');
    expect(await open.type('ors')).toContain(':errors█');
  });

  it('Given the screen is left, then what runs is ended', async () => {
    const open = new OpenPlan({ history: running });
    await open.settle();
    await open.type(':tree\r');
    await open[Symbol.asyncDispose]();
    expect(open.commandLine.last.ends).toBe(1);
    open.commandLine.last.finish(0, 'late');
    await open.commandLine.last.ended;
  });
});

describe('the command line at home', () => {
  it('Given Tab on an empty line, then what keys do at home comes first; a name does it, too', async () => {
    await using open = new OpenHome({ with: few });
    open.commandLine.words = ['list'];
    await open.settle();
    expect(await open.type(':\t')).toMatch(/order +o +the order of the plans/);
    await open.type('\t\t');
    expect(await open.type('\r')).toContain('go on with it');
    await open.press(ESC);
    expect(await open.type(':order\r')).toContain('Plans: newest first');
    expect(commands(open)).toEqual([]);
  });

  it('Given a command, then it runs, and what it says can be read', async () => {
    await using open = new OpenHome({ columns: 80, rows: 24, with: few });
    await open.settle();
    expect(await open.type(':errors last')).toContain(' :errors last█');
    await open.type('\r');
    open.commandLine.last.finish(0, 'one\ntwo\n');
    await open.terminal.until((text) => text.includes('┃ two'));
    expect(open.terminal.lines().at(-1)).toBe(' Esc close  : command');
    expect(await open.press(ESC)).not.toContain('┃ two');
  });

  it.each<[string, unknown]>([
    ['run hello.plan.yaml', { form: 'hello.plan.yaml' }],
    ['start hello.plan.yaml', { form: 'hello.plan.yaml' }],
    ['open greet', { find: 'greet' }],
    ['watch greet', { find: 'greet' }],
    ['execute greet', { find: 'greet' }],
  ])('Given :%s, then this screen does it', async (line, asked) => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    await open.type(`:${line}\r`);
    expect(open.home.asked).toEqual([asked]);
    expect(open.commandLine.lines).toEqual([line]);
    expect(commands(open)).toEqual([]);
  });

  it.each([
    ['open greet', null],
    ['retry greet', { inputs: {}, retry: true }],
  ])('Given :%s, then the screen of that plan is opened', async (line, start) => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    await open.type(`:${line}\r`);
    expect(await open.shell.done).toMatchObject({ kind: 'open', plan: { name: 'greet' }, start });
  });

  it.each([
    ['open', { kind: 'open', plan: { plan_id: planId(2) }, start: null }],
    ['retry', { kind: 'open', plan: { plan_id: planId(2) }, start: { retry: true } }],
    ['q', { kind: 'quit' }],
  ])('Given :%s alone, then it is about what is selected', async (line, left) => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    await open.type(`:${line}\r`);
    expect(await open.shell.done).toMatchObject(left);
  });

  it.each([
    ['open a b', 'open takes one word here: a plan'],
    ['run a b', 'run takes one word here: a document'],
    ['help', '━ Keys ━'],
    ['output', 'no command has been run here yet'],
  ])('Given :%s, then %s', async (line, said) => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    expect(await open.type(`:${line}\r`)).toContain(said);
  });

  it.each(['execute last --rerun x', 'help me', 'list'])('Given :%s, then it is a command', async (line) => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    await open.type(`:${line}\r`);
    expect(commands(open)).toEqual([line]);
  });

  it('Given a plan that is unknown, then why and what next', async () => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    open.home.refusal = new NotFoundError('no_plan', 'no plan "x"', { nextSteps: ['agents plan list'] });
    const text = await open.type(':open x\r');
    expect(text).toContain('no plan "x"');
    expect(text).toContain('agents plan list');
  });

  it('Given a paste and Tab, then they are as on the screen of a plan', async () => {
    await using open = new OpenHome({ with: few });
    await open.settle();
    open.commandLine.words = ['errors', 'events'];
    await open.type(':');
    expect(await open.type('\u001B[200~e\u001B[201~')).toContain(':e█');
    expect(await open.type('\t')).toMatch(/errors {2}about errors *\n.*events {2}about events/);
  });

  it('Given a tiny screen, then the line is there', async () => {
    await using open = new OpenHome({ columns: 40, rows: 8, with: few });
    await open.settle();
    open.commandLine.words = ['errors', 'events'];
    expect(await open.type(':e\t')).toContain(':e█');
    expect(await open.type('\t')).toContain(':errors█');
  });
});

it.each(['resume', 'execute'])(
  'Given the plan rests, when :%s is typed, then it goes on as by the key',
  async (verb) => {
    await using open = new OpenPlan({ history: resting });
    await open.settle();
    await open.type(`:${verb}\r`);
    expect(open.plan.asked).toEqual(['resume']);
    expect(open.commandLine.lines).toEqual([verb]);
  },
);

it.each(['retry', `agents plan retry ${shortId(ROOT)}`])(
  'Given the plan has failed, when :%s is typed, then it goes on from there',
  async (line) => {
    await using open = new OpenPlan({ history: failed });
    await open.settle();
    await open.type(`:${line}\r`);
    expect(open.plan.asked).toEqual(['resume']);
  },
);

it.each(['retry 4GCKWSET', 'retry --take-over now'])('Given :%s, then it is a command', async (line) => {
  await using open = new OpenPlan({ history: failed });
  await open.settle();
  await open.type(`:${line}\r`);
  expect(commands(open)).toEqual([line]);
});

it('Given the plan has ended, when :execute is typed, then that is why nothing is done', async () => {
  await using open = new OpenPlan({ history: ended });
  await open.settle();
  expect(await open.type(':execute\r')).toContain('execute: the plan has ended');
});
