import { describe, expect, it } from 'vitest';
import { ConflictError, DocumentError, StorageError } from '../../src/domain/errors.ts';
import { planItemId } from '../../src/tui/home/home-items.ts';
import { HOME_ORDERS } from '../../src/tui/home/home-order.ts';
import { ASCII } from '../support/open-plan.ts';
import { homeDocument, homeInput, homePlan, OpenHome, planId, type FakeHome } from '../support/open-home.ts';

const ESC = '\u001B';

/** Something of every kind. */
function variety(home: FakeHome): void {
  const error = { code: 'no_file', message: 'step T2 failed: ENOENT', hint: null };
  home.items = [
    homePlan(7, { state: 'queued', phase: 'strategize', steps: { complete: 0, total: 0 } }),
    homePlan(6, { state: 'processing', isRun: true }),
    homePlan(5),
    homePlan(4, { state: 'paused', waiting: 1 }),
    homePlan(3, { state: 'errored', error }),
    homePlan(2, { state: 'processing' }),
    homePlan(1, { state: 'cancelled' }),
  ];
  home.elsewhere = [homePlan(0, { name: 'far', workspace: '/home/me/other' })];
  home.found = [
    homeDocument('hello'),
    homeDocument('release'),
    homeDocument('bad', { goal: null, fault: 'bad.plan.yaml:3:5  unknown key "stepz"' }),
  ];
  home.inputs = {
    'release.plan.yaml': [
      homeInput('version', { description: 'What it is called' }),
      homeInput('pace', {
        type: 'number',
        fallback: '3',
        options: ['1', '3'],
        faultOf: (text) => (['1', '3'].includes(text) ? null : 'must be one of 1, 3'),
      }),
      homeInput('token', { secret: true }),
    ],
  };
}

const names = (open: OpenHome): readonly string[] =>
  open.terminal.lines().flatMap((line) => /(plan-\d|far) /.exec(line)?.[1] ?? []);
const selected = (open: OpenHome): string => open.terminal.lines().find((line) => line.includes('▌')) ?? '';

describe('what there is', () => {
  it.each([120, 80])(
    'at %d cells, what a plan needs stands whole, and its name gives way',
    async (columns) => {
      const name = 'a plan whose name is far longer than there is room for in any list, however wide it is';
      await using open = new OpenHome({
        columns,
        with: (home) => void (home.items = [homePlan(1, { name, state: 'paused', waiting: 1 })]),
      });
      expect(await open.settle()).toMatch(/a plan.*… {2}waits for you /);
    },
  );

  it('states are called as on the screen of a plan', async () => {
    const states = ['queued', 'processing', 'paused', 'complete', 'errored', 'cancelled', 'applied'] as const;
    const fill = (home: FakeHome): void =>
      void (home.items = states.map((state, at) => homePlan(at, { state, isRun: true })));
    await using wide = new OpenHome({ with: fill });
    const text = await wide.settle();
    for (const words of ['queued', 'paused', 'complete', 'failed', 'cancelled', 'applied'])
      expect(text).toContain(`EXECUTE ${words} `);
    expect(text).toMatch(/◐ EXECUTE +plan-1/);
    await using narrow = new OpenHome({ columns: 80, rows: 24, with: fill });
    expect(await narrow.settle()).toMatch(/✗ failed +plan-4/);
    expect(narrow.terminal.text()).toMatch(/◐ EXECUTE +plan-1/);
    expect(await narrow.type('/EXECUTE fail')).toMatch(/plan-4/);
    expect(names(narrow)).toEqual(['plan-4']);
  });

  it('a fork stands below its source, and says where it began; one that needs somebody stands first', async () => {
    await using open = new OpenHome({
      with: (home) => {
        home.items = [
          homePlan(5, { source: { plan_id: planId(1), number: 27 } }),
          homePlan(4, { source: { plan_id: planId(5), number: null } }),
          homePlan(3, { source: { plan_id: planId(99), number: 2 } }),
          homePlan(2, { state: 'errored', source: { plan_id: planId(1), number: 3 } }),
          homePlan(1),
        ];
      },
    });
    const text = await open.settle();
    expect(names(open)).toEqual(['plan-2', 'plan-3', 'plan-1', 'plan-5', 'plan-4']);
    expect(text).toMatch(/⑂ plan-5 +from 00000001 ckpt 27/);
    expect(text).toMatch(/⑂ plan-4 +from 00000005 {2}/);
    expect(await open.type('jjj')).toContain('EXECUTE complete  fork from 00000001 ckpt 27');
  });

  it('Given no plan, then the documents have the room', async () => {
    await using open = new OpenHome({ with: (home) => void (home.found = [homeDocument('only')]) });
    await open.settle();
    const lines = open.terminal.lines();
    expect(lines.findIndex((line) => line.includes('Documents to run'))).toBe(6);
    expect(selected(open)).toContain('only');
  });

  it.each([
    [120, 36],
    [80, 24],
  ])('%d x %d: plans, documents, header and hints in their places', async (columns, rows) => {
    await using open = new OpenHome({ columns, rows, with: variety });
    await open.settle();
    const lines = open.terminal.lines();
    expect(lines[0]).toBe(' agents · /home/me/project   ? 3 plans need you');
    expect(lines[1]).toMatch(/^┏━ Plans: what needs you first ━+┓$/);
    expect(lines.at(-1)).toMatch(/^ q quit {2}\? keys {2}Enter open {2}r go on/);
    expect(lines.join('\n')).toContain('▸ release');
    expect(lines.join('\n')).toContain('bad.plan.yaml:3:5  unknown key "stepz"');
    expect(lines.slice(1, -2).every((line) => line.length === columns)).toBe(true);
    expect(open.terminal.scrolledRows).toBe(0);
    expect(open.terminal.wrappedRows()).toEqual([]);
  });

  it('Given plans that need somebody, then they stand first, the others by age', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(names(open)).toEqual(['plan-4', 'plan-3', 'plan-2', 'plan-7', 'plan-6', 'plan-5', 'plan-1']);
    expect(open.terminal.text()).toMatch(
      /\? execute\/paused +plan-4 {2}waits for you +2\/4 {2}▰▰▰▰▰▱▱▱▱▱ +4 +58m|59m/,
    );
    expect(open.terminal.text()).toContain('plan-3  step T2 failed: ENOENT');
    expect(open.terminal.text()).toContain('plan-2  nobody runs it');
    expect(open.terminal.text()).toMatch(/plan-6 .* 00000006 ┃/);
  });

  it('Given A, then the plans of all folders with their folders, and back', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    const all = await open.type('A');
    expect(all).toContain('agents · all folders');
    expect(all).toMatch(/┃ \/home\/me\/project {2}7 plans, 3 \? /);
    expect(all).toMatch(/┃ \/home\/me\/other {2}1 plan /);
    expect(all).toContain('A this folder');
    expect(await open.type('A')).not.toContain('far');
  });

  it('Given nothing at all, then what to do first', async () => {
    await using open = new OpenHome();
    const text = await open.settle();
    expect(text).toContain('no plan in this folder yet (A shows those of all folders)');
    expect(text).toContain('agents init writes an example');
    expect(text).toContain('none: *.plan.yaml in this folder, in .agents/plans or in examples');
    expect(await open.type('jr')).toContain('r goes on with a plan');
    expect(await open.type('\r')).toContain('there is nothing to open here');
    expect(await open.type('\t')).toContain('there is no plan here');
    expect(await open.type('j')).toContain('there is nothing yet');
    expect(await open.type('A')).toContain('no plan yet');
  });

  it('Given only documents, then they are pointed at', async () => {
    await using open = new OpenHome({ with: (home) => void (home.found = [homeDocument('hello')]) });
    expect(await open.settle()).toContain('Enter on a document below makes the first one');
    expect(selected(open)).toContain('hello');
  });

  it('Given only plans, then Tab says that there is no document', async () => {
    await using open = new OpenHome({ with: (home) => void (home.items = [homePlan(1)]) });
    await open.settle();
    expect(await open.type('\t')).toContain('there is no document here');
  });

  it('Given more plans than are listed, then that is said, and the list scrolls with the selection', async () => {
    await using open = new OpenHome({
      columns: 80,
      rows: 24,
      with: (home) => {
        variety(home);
        home.items = Array.from({ length: 50 }, (_, index) => homePlan(50 - index));
        home.hasMore = true;
      },
    });
    expect(await open.settle()).toContain('the newest 50');
    await open.type('\u0004\u001B[6~jjjjjj');
    expect(names(open)).not.toContain('plan-50');
    expect(selected(open)).toMatch(/plan-\d/);
    await open.type('G');
    expect(selected(open)).toContain('bad');
    await open.type('\t');
    expect(selected(open)).toContain('plan-50');
    await open.type('\tjkg');
    expect(selected(open)).toContain('plan-50');
  });

  it('Given plans that cannot be read, then why, and that they can again', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    open.home.fault(new StorageError('database_busy', 'the database is busy'));
    expect(await open.settle()).toContain("the plans can't be read at the moment: the database is busy");
    open.home.change();
    expect(await open.settle()).not.toContain('busy');
    open.home.plans = () => Promise.reject(new StorageError('gone', 'it is gone'));
    open.home.documents = () => Promise.reject(new Error('no folder'));
    open.home.change();
    expect(await open.settle()).toContain('no folder');
  });

  it('Given plans that never could be read, then no empty promise is made', async () => {
    await using open = new OpenHome({
      with: (home) => (home.plans = () => Promise.reject(new StorageError('gone', 'it is gone'))),
    });
    const text = await open.settle();
    expect(text).toContain('it is gone');
    expect(text).not.toContain('no plan in this folder');
  });
});

describe('the order of the plans', () => {
  const mixed = (home: FakeHome): void => {
    home.items = [
      homePlan(4, { name: 'plan-10', steps: { complete: 3, total: 4 } }),
      homePlan(3, { name: 'plan-2', source: { plan_id: planId(1), number: 1 } }),
      homePlan(2, { name: 'plan-3', steps: { complete: 0, total: 0 }, state: 'errored' }),
      homePlan(1, { name: 'plan-1', goal: null, steps: { complete: 4, total: 4 } }),
    ];
    home.elsewhere = [
      homePlan(9, { name: 'plan-9', workspace: '/b', state: 'paused', waiting: 1 }),
      homePlan(8, { name: 'plan-8', workspace: '/a', source: { plan_id: planId(1), number: 1 } }),
      homePlan(7, { name: 'plan-7', workspace: '/b', steps: { complete: 9, total: 9 } }),
    ];
  };
  const shown = (open: OpenHome): readonly string[] =>
    open.terminal.lines().flatMap((line) => /(plan-\d+|┃ \/\w+)\b/.exec(line)?.[1]?.replace('┃ ', '') ?? []);

  it.each([
    ['', 'what needs you first', ['plan-3', 'plan-10', 'plan-1', 'plan-2']],
    ['o', 'newest first', ['plan-10', 'plan-2', 'plan-3', 'plan-1']],
    ['oo', 'by name', ['plan-1', 'plan-2', 'plan-3', 'plan-10']],
    ['ooo', 'least done first', ['plan-3', 'plan-2', 'plan-10', 'plan-1']],
    ['oooo', 'what needs you first', ['plan-3', 'plan-10', 'plan-1', 'plan-2']],
  ])('Given "%s": %s, and the selection stays on its plan', async (keys, title, order) => {
    await using open = new OpenHome({ with: mixed });
    await open.settle();
    await open.type('j');
    expect(await open.type(keys)).toContain(`━ Plans: ${title} ━`);
    expect(shown(open)).toEqual(order);
    expect(selected(open)).toContain('plan-10');
    await open.type('\r');
    expect(await open.shell.done).toMatchObject({ memory: { order: HOME_ORDERS[keys.length % 4] } });
  });

  it('Given all folders, then each stands below its own row, in the same order, and filters go on', async () => {
    await using open = new OpenHome({ with: mixed });
    await open.settle();
    await open.type('A');
    const inFolder = ['/home', 'plan-3', 'plan-10', 'plan-1', 'plan-2'];
    expect(shown(open)).toEqual(['/b', 'plan-9', 'plan-7', ...inFolder, '/a', 'plan-8']);
    expect(open.terminal.text()).toMatch(/ \/b {2}2 plans, 1 \? /);
    expect(open.terminal.text()).toContain('3 of 7');
    await open.type('k');
    expect(selected(open)).toContain('plan-7');
    await open.type('j');
    expect(selected(open)).toContain('plan-3');
    await open.type('oo');
    expect(shown(open).slice(0, 4)).toEqual(['/home', 'plan-1', 'plan-2', 'plan-3']);
    await open.type('/folder:/b\r');
    expect(shown(open)).toEqual(['/b', 'plan-7', 'plan-9']);
    expect(await open.type('/\u0015folder:/none\r')).toContain('nothing matches');
  });

  it('Given more rows than there is room for, then a folder comes into sight with its first plan', async () => {
    await using open = new OpenHome({
      columns: 80,
      rows: 14,
      with: (home) => {
        home.items = Array.from({ length: 9 }, (_, at) => homePlan(30 - at));
        home.elsewhere = Array.from({ length: 9 }, (_, at) => homePlan(9 - at, { workspace: '/b' }));
      },
    });
    await open.settle();
    await open.type('A');
    await open.type('jjjjjjjjjjjjjjjj');
    expect(shown(open)).not.toContain('/b');
    await open.type('kkkkkkk');
    expect(selected(open)).toContain('plan-9');
    expect(shown(open)[0]).toBe('/b');
    await open.type('g');
    expect(shown(open)[0]).toBe('/home');
  });

  it('Given no plan, then o says so', async () => {
    await using open = new OpenHome();
    await open.settle();
    expect(await open.type('o')).toContain('o orders plans; there is none here');
  });
});

describe('news', () => {
  it('Given something new, then it is there, and the selection stays on its plan', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type('jj');
    expect(selected(open)).toContain('plan-2');
    open.home.items = [homePlan(9, { state: 'paused', waiting: 2 }), ...open.home.items];
    open.home.change();
    expect(await open.settle()).toContain('waits for you (2 questions)');
    expect(selected(open)).toContain('plan-2');
    open.home.items = open.home.items.filter(({ plan }) => plan.name !== 'plan-2');
    open.home.change();
    await open.settle();
    expect(selected(open)).toContain('plan-7');
  });

  it('Given nothing new, then looking again writes no byte', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    // No age changes in what follows.
    await open.pass(30_000);
    open.terminal.forget();
    open.home.change();
    await open.settle();
    await open.pass(10_000);
    expect(open.terminal.written).toBe('');
  });

  it('Given only ages change, then only they are drawn', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    open.terminal.forget();
    await open.pass(60_000);
    expect(open.terminal.frames).toBeGreaterThan(0);
    expect(open.terminal.frames).toBeLessThanOrEqual(3);
  });

  it('Given it is left, then nobody watches any more', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(open.home.watchers).toBe(1);
    await open.type('q');
    expect(await open.shell.done).toEqual({ kind: 'quit' });
    expect(open.home.watchers).toBe(0);
    expect(open.time.waiting).toBe(0);
    expect(open.terminal.isAlternate).toBe(false);
    expect(open.terminal.isRaw).toBe(false);
  });
});

describe('plans', () => {
  it.each([
    ['Enter', '\r', null],
    ['r', 'r', { inputs: {}, retry: false }],
  ])('Given %s, then the plan is opened, and remembered', async (_name, key, start) => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type(`/plan\r${key}`);
    const left = await open.shell.done;
    expect(left).toMatchObject({
      kind: 'open',
      plan: { plan_id: planId(4) },
      memory: { selected: planItemId(planId(4)), filter: 'plan', everywhere: false, order: 'needs' },
      start,
    });
  });

  it('Given a failed plan, then r takes it up at its failed step', async () => {
    await using open = new OpenHome({ with: variety });
    expect(await open.settle()).toContain('r go on');
    expect(await open.type('j')).toContain('r retry');
    await open.type('r');
    expect(await open.shell.done).toMatchObject({ start: { retry: true } });
  });

  it('Given a plan that runs or is over, then r says why not', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('jjjjr')).toContain('r: somebody runs it; Enter shows it');
    expect(await open.type('jr')).toContain('r: the plan has ended');
  });

  it('Given what was remembered and a failure, then both are there', async () => {
    await using open = new OpenHome({
      with: variety,
      memory: {
        selected: planItemId(planId(5)),
        filter: 'plan',
        everywhere: true,
        mouse: false,
        order: 'name',
      },
      failed: {
        thrown: new ConflictError('plan_held', 'somebody has it', { nextSteps: ['agents plan list'] }),
      },
    });
    const text = await open.settle();
    expect(text).toContain('somebody has it');
    expect(text).toContain('agents plan list');
    expect(await open.press(ESC)).not.toContain('somebody has it');
    expect(selected(open)).toContain('plan-5');
    expect(open.terminal.text()).toContain('filter: plan');
  });

  it('Given D, then what goes is said, the safe choice has the focus, and only y deletes', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    const text = await open.type('D');
    expect(text).toContain('goes for good: its history (120 events), 2 subplans, 1 checkpoint');
    expect(text).toContain('▌ Esc  keep it');
    await open.type('\r');
    expect(open.home.asked).toEqual([{ footprint: planId(4) }]);
    await open.type('D');
    expect(await open.type('jk\r')).not.toContain('Delete this plan?');
    await open.type('D');
    const after = await open.type('y');
    expect(open.home.asked.at(-1)).toEqual({ remove: planId(4) });
    expect(after).toContain('plan-4 is deleted');
    expect(selected(open)).toContain('plan-3');
    await open.type('D');
    await open.type('j\r');
    expect(open.home.asked.at(-1)).toEqual({ remove: planId(3) });
  });

  it('Given D where it cannot be, then why', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('jjjjD')).toContain('D: somebody runs it; stop it first');
    expect(await open.type('\tD')).toContain('D deletes a plan; a document is a file of yours');
    open.home.refusal = new ConflictError('plan_held', 'it is run by another process');
    await open.type('gD');
    expect(open.terminal.text()).toContain('it is run by another process');
  });
});

describe('documents', () => {
  it('Given a document without inputs, then it runs only after a yes', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    const asked = await open.type('\t\r');
    expect(asked).toContain('Run hello?');
    expect(asked).toContain('in /home/me/project');
    expect(asked).toContain('▌ Esc  not now');
    expect(await open.type('\r')).not.toContain('Run hello?');
    await open.type('\r');
    await open.type('j\r');
    expect(await open.shell.done).toMatchObject({ kind: 'open', start: { inputs: {}, retry: false } });
    expect(open.home.asked.at(-1)).toEqual({ create: 'hello.plan.yaml', inputs: {} });
  });

  it('Given inputs, then each is asked for, checked in place, and a secret is never shown', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('\tj\r')).toContain('version  string, required');
    expect(await open.type('\r')).toContain('it has to be given');
    expect(await open.type('3.3.0\r')).toContain('pace  number, if left empty: 3');
    expect(open.terminal.text()).toContain('one of 1, 3');
    expect(await open.type('9\r')).toContain('must be one of 1, 3');
    await open.type('\u0015\r');
    const text = await open.type('hunter2');
    expect(text).toContain('token  secret string, never stored, required');
    expect(text).toContain('*******');
    expect(open.terminal.written).not.toContain('hunter2');
    const review = await open.type('\r');
    expect(review).toContain('version: 3.3.0');
    expect(review).toContain('token: ******');
    await open.type('y');
    expect(await open.shell.done).toMatchObject({
      start: { inputs: { version: '3.3.0', token: 'hunter2' }, retry: false },
    });
    expect(open.home.asked.at(-1)).toEqual({
      create: 'release.plan.yaml',
      inputs: { version: '3.3.0', token: 'hunter2' },
    });
  });

  it('Given Esc, then one input back with what was typed, and from the first one out', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type('\tj\r');
    await open.type('3.3\r1\rs\r');
    expect(await open.press(ESC)).toContain('input 3 of 3');
    expect(await open.press(ESC)).toContain('> 1█');
    expect(await open.press(ESC)).toContain('> 3.3█');
    expect(await open.press(ESC)).not.toContain('Run release');
    expect(open.home.asked).toEqual([{ form: 'release.plan.yaml' }]);
  });

  it('Given a pasted value longer than the field, then the cursor stays in sight', async () => {
    await using open = new OpenHome({ columns: 50, rows: 12, with: variety });
    await open.settle();
    await open.type('\tj\r');
    await open.type(`\u001B[200~${'x'.repeat(200)}end\u001B[201~`);
    expect(open.terminal.text()).toContain('end█');
    expect(open.terminal.scrolledRows).toBe(0);
  });

  it('Given a document with faults, then each with its place', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    open.home.refusal = new DocumentError('invalid_document', 'bad.plan.yaml has 2 faults', [
      {
        file: 'bad.plan.yaml',
        line: 3,
        column: 5,
        message: 'unknown key "stepz"',
        hint: 'did you mean steps?',
      },
      { file: 'bad.plan.yaml', line: 9, column: 1, message: 'no id', hint: null },
    ]);
    const text = await open.type('G\r');
    expect(text).toContain('bad.plan.yaml:3:5  unknown key "stepz" (did you mean steps?)');
    expect(text).toContain('bad.plan.yaml:9:1  no id');
    expect(await open.type('\r')).not.toContain('has 2 faults');
  });

  it('Given making the plan fails, then why, and what was typed is still there', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type('\tj\r');
    await open.type('3.3\r\rs\r');
    open.home.refusal = new ConflictError('no', 'not in this folder');
    expect(await open.type('y')).toContain('not in this folder');
    expect(await open.press(ESC)).toContain('version: 3.3');
  });

  it('Given somebody goes on to something else meanwhile, then no dialog comes', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('\t\r?')).not.toContain('Run hello?');
    await open.press(ESC);
    expect(await open.type('gD?')).not.toContain('Delete this plan?');
  });
});

describe('looking', () => {
  it('Given a filter, then only what has the text, in either case; Esc shows all', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type('/PROCESSING');
    expect(names(open)).toEqual(['plan-2', 'plan-6']);
    expect(open.terminal.text()).toContain('filter: PROCESSING');
    await open.press(ESC);
    expect(names(open)).toHaveLength(7);
    expect(await open.type('/nothing\r')).toContain('nothing matches');
    expect(await open.type('j')).toContain('nothing has "nothing"; Esc shows all');
    await open.press(ESC);
    expect(names(open)).toHaveLength(7);
    expect(await open.press(ESC)).toContain('q leaves');
  });

  it.each([
    ['state:failed', ['plan-3']],
    ['plan state:execute failed', ['plan-3']],
    ['name:goal', []],
    ['goal of 5', ['plan-5']],
    ['of goal folder:ME/proj 6', ['plan-6']],
  ])('Given the words "%s", then what has them all', async (typed, found) => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type(`/${typed}\r`);
    expect(names(open)).toEqual(found);
    expect(open.terminal.text()).not.toContain('What hello is for');
  });

  it('Given ?, then the keys that are valid here, with a filter of their own', async () => {
    await using open = new OpenHome({ columns: 80, rows: 24, with: variety });
    await open.settle();
    expect(await open.type('?')).toContain('go on with it');
    await open.type('jG');
    expect(open.terminal.text()).toContain('Ctrl-Z');
    expect(await open.type('/folders\r')).toContain('the plans of all folders');
    expect(open.terminal.text()).not.toContain('half a page');
    expect(await open.type('?')).toContain('plan-4');
  });

  it('Given keys without a meaning, then they are named; in dialogs nothing happens', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('Z')).toContain('no key Z here; ? shows the keys');
    expect(await open.pass(6000)).not.toContain('no key Z here');
    const before = await open.type('D');
    expect(await open.type('v')).toBe(before);
    await open.type('\r');
    expect(await open.type('/\u001B[5~a\u001B[200~b\u001B[201~')).toContain('filter: ab█');
  });

  it('Given Ctrl-C, then what is open is closed, else it is left', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    expect(await open.type('D')).toContain('Delete this plan?');
    expect(await open.type('\u0003')).not.toContain('Delete this plan?');
    await open.type('/x\u0003');
    await open.type('\u0003');
    expect(await open.shell.done).toEqual({ kind: 'quit' });
  });

  it('Given Ctrl-Z and Ctrl-L, then the terminal is given back, and drawn again', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    await open.type('\u001A');
    expect(open.job.stops).toBe(1);
    expect(open.terminal.isAlternate).toBe(false);
    open.job.continue();
    await open.settle();
    expect(await open.settle()).toContain('plan-4');
    expect(await open.type('\u000C')).toContain('plan-4');
  });

  it('Given a signal from outside, then that is how it was left', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    open.shell.close({ kind: 'signal', name: 'SIGTERM' });
    expect(await open.shell.done).toEqual({ kind: 'signal', name: 'SIGTERM' });
  });
});

describe('any screen and any text', () => {
  it.each([
    [79, 24, 'plan-4'],
    [50, 12, 'plan-4'],
    [49, 20, 'plan-4  waits for you'],
    [40, 8, 'plan-4'],
    [20, 3, 'plan-4'],
    [19, 4, 'too small'],
    [1, 1, 't'],
  ])('%d x %d: shows what there is room for', async (columns, rows, words) => {
    await using open = new OpenHome({ columns, rows, with: variety });
    expect(await open.settle()).toContain(words);
    await open.type('G');
    await open.type('k\r');
    await open.type('\u0003?');
    expect(open.terminal.scrolledRows).toBe(0);
    expect(open.terminal.wrappedRows()).toEqual([]);
  });

  it('Given a storm of sizes, then the screen stays whole', async () => {
    await using open = new OpenHome({ with: variety });
    await open.settle();
    for (const [columns, rows] of [
      [30, 5],
      [200, 60],
      [10, 2],
      [80, 24],
    ] as const)
      open.terminal.resize(columns, rows);
    const text = await open.pass(60);
    expect(text).toContain('plan-4');
    expect(open.terminal.scrolledRows).toBe(0);
    expect(open.terminal.writtenOnScreen).not.toMatch(/\u001B\[[23]J/);
  });

  it('Given a tiny screen with a document selected, then its name', async () => {
    await using open = new OpenHome({ columns: 40, rows: 6, with: variety });
    await open.settle();
    expect(await open.type('\t')).toContain('▸ hello');
  });

  it.each([
    ['a title', '\u001B]0;owned\u0007'],
    ['the clipboard', '\u001B]52;c;c2VjcmV0\u0007'],
    ['a cursor', '\u001B[10;10H\u001B[2J'],
    ['directions', 'abc\u202Edef'],
    ['wide signs', '漢字かな交じり文'.repeat(20)],
    ['tabs and lines', 'a\tb\nc'],
  ])('Given %s in names, goals and faults, then they are shown and not done', async (_kind, text) => {
    await using open = new OpenHome({
      with: (home) => {
        home.folder = text;
        const error = { code: 'x', message: text, hint: null };
        home.items = [homePlan(1, { name: text, goal: text, workspace: text, state: 'errored', error })];
        home.found = [homeDocument(text, { goal: text }), homeDocument('bad', { fault: text })];
        home.inputs = {
          [`${text}.plan.yaml`]: [homeInput(text, { description: text, options: [text], fallback: text })],
        };
      },
    });
    await open.settle();
    await open.type('A');
    await open.type('jj');
    await open.type('k\r');
    await open.type('x\r');
    await open.type('\u0003gD');
    expect(open.terminal.titles).toEqual([]);
    expect(open.terminal.clipboard).toEqual([]);
    expect(open.terminal.scrolledRows).toBe(0);
    expect(open.terminal.wrappedRows()).toEqual([]);
    expect(open.terminal.lines()[0]).toContain('agents');
  });

  it('Given ASCII signs, then nothing else is drawn', async () => {
    await using open = new OpenHome({ glyphs: ASCII, with: variety });
    // oxlint-disable-next-line no-control-regex -- all that is not ASCII is meant
    expect(await open.settle()).toMatch(/^[\u0000-\u007E]*$/);
  });

  it('Given no colours, then the text is the same', async () => {
    await using plain = new OpenHome({ colour: false, with: variety });
    await using coloured = new OpenHome({ with: variety });
    expect(await plain.settle()).toBe(await coloured.settle());
    expect(plain.terminal.written).not.toMatch(/\u001B\[[\d;]*m/);
  });
});
