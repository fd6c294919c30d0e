import { describe, expect, it } from 'vitest';
import { AUTO_TRIGGERS } from '../../../../src/domain/checkpoint.ts';
import type { TriggerStanding } from '../../../../src/ports/trigger-settings.ts';
import { helpLines } from '../../../../src/tui/keys/key-help.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { helpHeight } from '../../../../src/tui/ui/dialog-moves.ts';
import { ROOT, SETTINGS, Stage, waitingFor } from './ui-stage.ts';

const answer = (stepId: string | null, choice: string) => ({
  kind: 'answer',
  planId: ROOT,
  decisionId: `decision-${stepId}`,
  choice,
});

describe('a decision that waits', () => {
  const waiting = [waitingFor('T1', 'yes', 'later', 'No'), waitingFor('T3', 'a', 'b')];

  it('takes the place of what was said before it', () => {
    const stage = Stage.begin().press('n').send({ kind: 'waiting', item: SETTINGS });
    expect(stage.toast).toBeNull();
  });

  it.each([
    ['a\r', 'yes'],
    ['aj\r', 'later'],
    ['a<down><down><down>\r', 'No'],
    ['ajjk\r', 'later'],
    ['a3\r', 'No'],
    ['a32\r', 'later'],
    ['x\r', 'No'],
    ['ax\r', 'No'],
  ])('%j answers with %s', (keys, choice) => {
    const stage = Stage.begin({ waiting }).press(keys);
    expect(stage.takeEffects()).toEqual([answer('T1', choice)]);
    expect(stage.ui.dialog).toBeNull();
  });

  it('is not answered by opening, moving or closing', () => {
    const stage = Stage.begin({ waiting }).press('a').press('2\x1b').press('x').press('\x1b');
    expect(stage.effects).toEqual([]);
    expect(stage.ui.dialog).toBeNull();
  });

  it('is that of the selected step, else the one that waits longest', () => {
    expect(Stage.begin({ waiting, tree: ['T1', 'T3'] }).press('ja\r').effects).toEqual([answer('T3', 'a')]);
    expect(Stage.begin({ waiting, tree: [] }).press('a\r').effects).toEqual([answer('T1', 'yes')]);
  });

  it.each(['\t', 'a'])('goes to the next one with %j, and round', (key) => {
    const stage = Stage.begin({ waiting: [...waiting, SETTINGS] })
      .press('a')
      .press(key);
    expect(stage.ui.dialog).toMatchObject({ decisionId: 'decision-T3' });
    expect(stage.press('\t').ui.dialog).toEqual({ kind: 'settings', seq: 7, selected: 0 });
    expect(stage.press('\t').ui.dialog).toMatchObject({ decisionId: 'decision-T1' });
    expect(Stage.begin({ waiting: [waitingFor('T1', 'a')] }).press('a\t').toast).toBe(
      'nothing else waits for an answer',
    );
  });

  it.each([
    ['a', [], 'a: nothing waits for an answer'],
    ['x', [], 'x: nothing waits for an answer'],
    ['x', [waitingFor('T3', 'a', 'b')], 'x: T3 has no option that says no; a shows what there is'],
    ['a9', [waitingFor('T3', 'a', 'b')], 'there is no option 9'],
  ])('says why %s does nothing', (keys, items, text) => {
    const stage = Stage.begin({ waiting: items }).press(keys);
    expect([stage.toast, stage.effects]).toEqual([text, []]);
  });

  it.each(['no', 'deny', 'reject', 'none', 'cancel', 'skip'])('knows that %s says no', (word) => {
    const stage = Stage.begin({ waiting: [waitingFor('T1', 'one', word)] }).press('x');
    expect(stage.ui.dialog).toMatchObject({ selected: 1 });
  });

  it('closes when somebody else has answered', () => {
    const stage = Stage.begin({ waiting }).press('a').change({ waiting: [] });
    expect([stage.ui.dialog, stage.toast]).toEqual([null, 'answered already, from elsewhere']);
  });

  it('is not answered twice when the answer is still under way', () => {
    const stage = Stage.begin({ waiting }).press('a');
    stage.waiting = [];
    stage.pressNamed({ name: 'j', text: 'j' });
    expect(stage.ui.dialog).toBeNull();
    const late = Stage.begin({ waiting }).press('a');
    const { dialog } = late.ui;
    late.change({ waiting: [] });
    for (const [name, text] of [
      ['2', 'there is no option 2'],
      ['enter', 'answered already, from elsewhere'],
      ['tab', 'nothing else waits for an answer'],
    ] as const) {
      late.ui = { ...late.ui, dialog };
      expect(stepUi(late.ui, { name, text: '' }, late.context()).state.toast?.text).toBe(text);
      late.pressNamed({ name, text: '' });
    }
    expect(late.effects).toEqual([]);
  });

  it('without options is answered by a line', () => {
    const stage = Stage.begin({ waiting: [waitingFor('T1')] }).press('a');
    expect(stage.press('\r').toast).toBe('type an answer first; Esc closes');
    expect(stage.press(' forty two \r').takeEffects()).toEqual([answer('T1', 'forty two')]);
    expect([stage.ui.input, stage.ui.dialog]).toEqual([null, null]);
  });

  it('without options is closed with its line, and left with Tab', () => {
    const stage = Stage.begin({ waiting: [waitingFor('T1'), waitingFor('T3', 'a')] });
    stage.press('aabc\x1b');
    expect([stage.ui.input, stage.ui.dialog]).toEqual([null, null]);
    stage.press('aabc\t');
    expect([stage.ui.input, stage.ui.dialog]).toMatchObject([null, { decisionId: 'decision-T3' }]);
    expect(stage.press('\t').ui.input).toMatchObject({ kind: 'answer', text: '' });
  });
});

describe('changed settings that wait', () => {
  const begin = () => Stage.begin({ waiting: [SETTINGS] });

  it.each([
    ['a\r', 'deny'],
    ['aj\r', 'approve'],
    ['ay', 'approve'],
    ['an', 'deny'],
    ['ax', 'deny'],
    ['x', 'deny'],
  ])('%j asks to %s', (keys, kind) => {
    const stage = begin().press(keys);
    expect([stage.takeEffects(), stage.ui.dialog]).toEqual([[{ kind }], null]);
  });

  it('close when somebody else has decided', () => {
    expect(begin().press('a').change({ waiting: [] }).ui.dialog).toBeNull();
  });
});

describe('leaving', () => {
  it.each([
    ['a plan that has ended', { state: 'complete' }],
    ['a plan that failed', { state: 'errored' }],
    ['a plan that is paused', { state: 'paused' }],
    ['a plan that nobody runs', { runner: { kind: 'nobody' } }],
    ['a plan whose runner is lost', { runner: { kind: 'lost', how: 'killed' } }],
    ['a plan of another terminal', { ownsRun: false }],
  ] as const)('%s quits at once', (_name, parts) => {
    for (const key of ['q', '\x03'])
      expect(Stage.begin(parts).press(key).effects).toEqual([{ kind: 'leave', how: 'quit' }]);
  });

  it.each([{ state: null }, { runner: { kind: 'unknown' } }] as const)(
    "asks while it isn't known yet: %j",
    (parts) => {
      expect(Stage.begin(parts).press('q').ui.dialog).toEqual({ kind: 'quit', selected: 0 });
    },
  );

  it.each([
    ['\r', []],
    ['\x1b', []],
    ['d', [{ kind: 'leave', how: 'detach' }]],
    ['p', [{ kind: 'leave', how: 'pause' }]],
    ['c', [{ kind: 'cancel' }]],
    ['j\r', [{ kind: 'leave', how: 'detach' }]],
    ['jj\r', [{ kind: 'leave', how: 'pause' }]],
    ['jjjjj\r', [{ kind: 'cancel' }]],
  ])('a running plan: q, then %j', (keys, effects) => {
    const stage = Stage.begin().press('q').press(keys);
    expect([stage.effects, stage.ui.dialog]).toEqual([effects, null]);
  });

  it('q twice does nothing', () => {
    const stage = Stage.begin().press('qq\r');
    expect(stage.effects).toEqual([]);
  });

  it.each([
    ['s', 'complete'],
    ['s', 'paused'],
    ['q', 'paused'],
  ] as const)('what %s asks is gone when the plan is %s', (key, state) => {
    const stage = Stage.begin().press(key).change({ state });
    expect([stage.ui.dialog, stage.toast]).toEqual([null, 'the plan has come to rest meanwhile']);
    expect(stage.effects).toEqual([]);
  });

  it.each(['complete', 'errored', 'cancelled'] as const)(
    'a q right before the plan is %s is not lost',
    (state) => {
      const stage = Stage.begin().press('q').change({ state });
      expect([stage.ui.dialog, stage.effects]).toEqual([null, [{ kind: 'leave', how: 'quit' }]]);
    },
  );
});

describe('Ctrl-C', () => {
  it('closes what is open first', () => {
    const stage = Stage.begin({ waiting: [waitingFor('T1')] });
    expect(stage.press('Cabc\x03').ui.input).toBeNull();
    expect(stage.press('?\x03').ui.dialog).toBeNull();
    stage.press('a\x03');
    expect([stage.ui.dialog, stage.ui.input, stage.effects]).toEqual([null, null, []]);
  });

  it('pauses, and cancels if pressed again within 2 s', () => {
    const stage = Stage.begin().press('\x03');
    expect(stage.takeEffects()).toEqual([{ kind: 'pause' }]);
    expect(stage.toast).toBe('pausing when the running step is done (Ctrl-C again within 2 s cancels)');
    stage.now = 2000;
    expect(stage.press('\x03').takeEffects()).toEqual([{ kind: 'cancel' }]);
  });

  it('pauses again if pressed later, and leaves at rest', () => {
    const stage = Stage.begin().press('\x03');
    stage.takeEffects();
    stage.now = 2001;
    expect(stage.press('\x03').takeEffects()).toEqual([{ kind: 'pause' }]);
    stage.change({ state: 'paused' });
    expect(stage.press('\x03').takeEffects()).toEqual([{ kind: 'leave', how: 'quit' }]);
  });
});

describe('steering', () => {
  it.each([
    ['c', [{ kind: 'checkpoint', label: null }]],
    ['p', [{ kind: 'pause' }]],
    ['s', []],
    ['s\r', []],
    ['sy', [{ kind: 'stop' }]],
    ['sj\r', [{ kind: 'stop' }]],
    ['ss', []],
    ['\x1a', [{ kind: 'suspend' }]],
    ['\x0c', [{ kind: 'redraw' }]],
  ])('%j asks for %j', (keys, effects) => {
    for (const ownsRun of [true, false])
      expect(Stage.begin({ ownsRun }).press(keys).effects).toEqual(effects);
  });

  it('says that a pause has to wait for the running step', () => {
    expect(Stage.begin().press('p').toast).toBe('pausing when the running step is done');
    expect(Stage.begin().press('qp').toast).toBe('pausing when the running step is done, then leaving');
  });

  it.each([
    [{ state: 'paused' }],
    [{ state: 'paused', runner: { kind: 'nobody' } }],
    [{ runner: { kind: 'lost', how: 'process 1 is gone' } }],
  ] as const)('resumes what rests, whether somebody stays to go on or not: %j', (parts) => {
    expect(Stage.begin(parts).press('p').effects).toEqual([{ kind: 'resume' }]);
  });

  it.each([
    ['p', { state: 'complete' }, 'p: the plan has ended'],
    ['s', { state: 'paused' }, 's: the plan is paused; p resumes'],
    ['s', { runner: { kind: 'nobody' } }, 's: nobody runs the plan; p goes on with it'],
  ] as const)('%s says why it does nothing: %j', (keys, parts, text) => {
    const stage = Stage.begin(parts).press(keys);
    expect([stage.toast, stage.effects]).toEqual([text, []]);
  });

  it('takes checkpoints at rest, too', () => {
    expect(Stage.begin({ state: 'complete' }).press('c').effects).toEqual([
      { kind: 'checkpoint', label: null },
    ]);
  });
});

describe('the triggers', () => {
  const standing = (overrides: boolean) =>
    ({
      autoCreateOn: { value: [], origin: 'environment AGENTS_X', overrides },
    }) as unknown as TriggerStanding;

  it.each(AUTO_TRIGGERS.map((trigger, index) => [trigger, index] as const))(
    'toggles %s',
    (trigger, index) => {
      const stage = Stage.begin().press(`T${'j'.repeat(index)} `);
      expect(stage.takeEffects()).toEqual([{ kind: 'toggle-trigger', trigger }]);
      expect(stage.ui.dialog).toMatchObject({ kind: 'triggers' });
    },
  );

  it('keeps what it is told, and says why a change would change nothing', () => {
    const stage = Stage.begin()
      .send({ kind: 'triggers-changed', standing: standing(true) })
      .press('T ');
    expect(stage.toast).toBe('set by environment AGENTS_X, which is stronger than the file');
    expect(stage.effects).toEqual([]);
    stage.send({ kind: 'triggers-changed', standing: standing(false) });
    expect(stage.press(' ').effects).toHaveLength(1);
  });

  it.each([
    ['jjjj', 'seconds'],
    ['jjjjj', 'steps'],
  ] as const)('changes the interval at %s', (way, unit) => {
    const stage = Stage.begin().press(`T${way}+- `);
    const of = (change: string) => ({ kind: 'change-interval', unit, change });
    expect(stage.takeEffects()).toEqual([of('more'), of('less'), of('switch')]);
  });

  it('says why a key changes no interval', () => {
    const value = <T>(of: T, overrides = false) => ({ value: of, origin: 'environment AGENTS_X', overrides });
    const triggers = {
      ...standing(false),
      intervalSeconds: value(3600),
      intervalSteps: value(null),
    } as unknown as TriggerStanding;
    const stage = Stage.begin().send({ kind: 'triggers-changed', standing: triggers }).press('T+');
    expect(stage.toast).toBe('only an interval has a length; they stand below the triggers');
    expect(stage.press('jjjj+').toast).toBe(
      'no key makes it longer; :config set core.checkpoints.interval.seconds N sets any',
    );
    expect(stage.press('j-').toast).toBe('it is off already');
    expect(stage.effects).toEqual([]);
    const strong = { ...triggers, intervalSteps: value(5, true) };
    stage.send({ kind: 'triggers-changed', standing: strong });
    expect(stage.press('-').toast).toBe('set by environment AGENTS_X, which is stronger than the file');
  });

  it.each(['T', '\x1b'])('closes with %j', (key) => {
    expect(Stage.begin().press('T').press(key).ui.dialog).toBeNull();
  });

  it('stays within its rows', () => {
    expect(Stage.begin().press('Tjjjjjjj').ui.dialog).toMatchObject({ selected: 5 });
    expect(Stage.begin().press('Tk').ui.dialog).toMatchObject({ selected: 0 });
  });
});

describe('the list of keys', () => {
  it('is that of where one was', () => {
    expect(Stage.begin().press('3?').ui.dialog).toMatchObject({ scopes: ['detail', 'global', 'always'] });
  });

  it('scrolls no further than its end', () => {
    const stage = Stage.begin({ rows: 14, columns: 60 }).press('?');
    const { layout } = stage.context();
    const last = helpLines(['plan', 'list', 'global', 'always'], '').length - helpHeight(layout);
    const top = (keys: string) => {
      const { dialog } = stage.press(keys).ui;
      return dialog?.kind === 'help' ? dialog.top : null;
    };
    expect(top('G')).toBe(last);
    expect(top('j')).toBe(last);
    expect(top('k')).toBe(last - 1);
    expect(top('g')).toBe(0);
    expect(top('<ctrl-d>')).toBe(4);
    expect(top('<pagedown>')).toBe(12);
  });

  it('has a line on the smallest screen', () => {
    expect(helpHeight({ rows: 2, header: null, toast: null, hints: null })).toBe(1);
  });
});

describe('toasts', () => {
  it('come and go', () => {
    const stage = Stage.begin().send({ kind: 'toast', tone: 'good', text: 'done' });
    expect(stage.toast).toBe('done');
    expect(stage.send({ kind: 'toast-expired' }).ui.toast).toBeNull();
  });

  it('answer one key: the next one takes them away, or says something else', () => {
    const stage = Stage.begin().press('n');
    expect(stage.toast).toContain('n: search');
    expect(stage.press('j').toast).toBeNull();
  });

  it('of a plan that runs are old when it rests', () => {
    expect(Stage.begin().press('p').press('j').toast).toContain('pausing');
    expect(Stage.begin().press('p').change({ state: 'cancelled' }).toast).toBeNull();
    const news = Stage.begin().send({ kind: 'toast', tone: 'good', text: 'checkpoint 1' });
    expect(news.press('j').toast).toBe('checkpoint 1');
    expect(news.change({ state: 'complete' }).toast).toBeNull();
  });

  it.each([
    ['attention', 'every checkpoint looks at all files'],
    ['bad', 'refused'],
    ['good', 'checkpoint 2'],
  ] as const)('that have to be read (%s) stay where another checkpoint passes by', (tone, stands) => {
    const stage = Stage.begin().send({
      kind: 'toast',
      tone,
      text: tone === 'good' ? 'checkpoint 1' : stands,
    });
    const passed = stage.send({ kind: 'toast', tone: 'good', text: 'checkpoint 2', passing: true });
    expect(passed.toast).toBe(stands);
    const copied = passed.send({ kind: 'toast', tone: 'good', text: 'copied' });
    expect(copied.toast).toBe('copied');
  });

  it('stay at rest, where they tell of what went wrong or was asked for then', () => {
    const failed = Stage.begin().send({ kind: 'toast', tone: 'bad', text: 'refused' });
    expect(failed.change({ state: 'complete' }).toast).toBe('refused');
    const asked = Stage.begin({ state: 'complete' }).send({ kind: 'toast', tone: 'good', text: 'done' });
    expect(asked.send({ kind: 'view-changed' }).toast).toBe('done');
  });
});
