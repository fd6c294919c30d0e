import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/checkpoint.ts';
import { Timeline } from '../../../../src/tui/store/timeline.ts';
import type { RollbackPreview } from '../../../../src/ports/rollback-control.ts';
import { askedFirst } from '../../../../src/tui/ui/asking-verbs.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { INITIAL_UI } from '../../../../src/tui/ui/ui-state.ts';
import { actionsOf, previewComes, Stage } from './ui-stage.ts';

function idOf(stage: Stage, number: number): string {
  return [...stage.view().checkpoints].find((one) => one.number === number)?.id ?? '';
}

describe('the selected checkpoint', () => {
  it('is pinned by P, and let go again', () => {
    const stage = Stage.begin().press('2jP');
    const mark = { kind: 'mark', checkpointId: idOf(stage, 2), mark: { pinned: true } };
    expect(stage.takeEffects()).toEqual([mark]);
    const context = stage.context();
    const pinned: Checkpoint = { ...([...context.view.checkpoints][1] as Checkpoint), pinned: true };
    const view = { ...context.view, checkpoints: Timeline.of([pinned]) };
    const step = stepUi(stage.ui, { action: 'pin' }, { ...context, view });
    expect(step.effects).toEqual([{ ...mark, mark: { pinned: false } }]);
  });

  it('is given a label by R, which an empty text takes away', () => {
    const stage = Stage.begin().press('2jR').press('good\r');
    const named = { kind: 'mark', checkpointId: idOf(stage, 2), mark: { label: 'good' } };
    expect(stage.takeEffects()).toEqual([named]);
    expect(stage.ui.input).toBeNull();
    expect(stage.press('R \r').takeEffects()).toEqual([{ ...named, mark: { label: null } }]);
    expect(stage.press('R12\r').effects).toEqual([]);
    expect(stage.ui.input?.text).toBe('12');
    expect(stage.toast).toContain('number');
  });

  it('begins with the label that it has', () => {
    const context = Stage.begin().context();
    const named: Checkpoint = { ...([...context.view.checkpoints][1] as Checkpoint), label: 'good' };
    const view = { ...context.view, checkpoints: Timeline.of([named]) };
    const state = { ...INITIAL_UI, checkpointSelected: named.id, checkpointIndex: 1 };
    expect(stepUi(state, { action: 'relabel' }, { ...context, view }).state.input).toMatchObject({
      text: 'good',
      cursor: 4,
    });
  });

  it('is the newest where none is selected, and the reason is said where there is none', () => {
    const stage = Stage.begin().press('P');
    expect(stage.effects).toMatchObject([{ checkpointId: idOf(stage, 3) }]);
    for (const key of ['P', 'R']) {
      const none = Stage.begin({ checkpointNumbers: [] }).press(key);
      expect([none.toast, none.effects]).toEqual([`${key}: there is no checkpoint yet; c takes one`, []]);
    }
  });

  it('may have gone while its label was typed', () => {
    const stage = Stage.begin({ checkpointNumbers: [1] })
      .press('Rgood')
      .change({ checkpointNumbers: [] });
    stage.ui = { ...stage.ui, checkpointSelected: null };
    expect(stage.press('\r').effects).toEqual([]);
    expect(stage.ui.input).toBeNull();
  });
});

describe('the plan', () => {
  it('goes on from its failed step at r, and only then', () => {
    expect(Stage.begin({ state: 'errored' }).press('r').effects).toEqual([{ kind: 'resume' }]);
    const running = Stage.begin().press('r');
    expect([running.toast, running.effects]).toEqual(['r: the plan has not failed', []]);
    expect(Stage.begin({ state: 'paused' }).press('r').toast).toBe(
      'r: the plan has not failed; p goes on with one that rests',
    );
  });

  it.each([
    ['X', []],
    ['X\r', []],
    ['Xy', [{ kind: 'cancel' }]],
    ['Xj\r', [{ kind: 'cancel' }]],
  ])('%j asks for %j: the safe choice has the focus', (keys, effects) => {
    expect(Stage.begin().press(keys).effects).toEqual(effects);
  });

  it.each([':cancel\r', ':plan cancel 01JD7K3V000000000000000000\r'])('%j asks first, too', (line) => {
    const stage = Stage.begin().press(line);
    expect(stage.ui.dialog).toEqual({ kind: 'cancel', selected: 0 });
    expect(stage.effects.filter(({ kind }) => kind !== 'read-history')).toEqual([
      { kind: 'remember', line: line.replace(/^:(plan )?(.*)\r$/, '$2') },
    ]);
  });

  it('is another one: the command does it', () => {
    const stage = Stage.begin().press(':cancel 01XYZ\r');
    expect(stage.ui.dialog).toBeNull();
  });

  it('has ended: there is nothing to cancel, also where that happens while somebody is asked', () => {
    expect(Stage.begin({ state: 'complete' }).press('X').toast).toBe('X: the plan has ended');
    const stage = Stage.begin().press('X').change({ state: 'complete' });
    expect([stage.ui.dialog, stage.toast]).toEqual([null, 'the plan has ended meanwhile']);
  });
});

describe('verbs that ask first', () => {
  const LOOKS: readonly (readonly [string, number | null, string | null])[] = [
    ['rollback 2', 2, 'plan_only'],
    ['rollback #2', 2, 'plan_only'],
    ['rollback 01JD7K3V000000000000000000 2', 2, 'plan_only'],
    ['rollback 2 --files-only', 2, 'files_only'],
    ['rollback 2 --plan-only', 2, 'plan_only'],
    ['rollback', 3, 'plan_only'],
    ['undo', null, null],
  ];
  it.each(LOOKS)('%j looks at checkpoint %j, %j', (line, number, scope) => {
    const stage = Stage.begin().press(`:${line}\r`);
    const [remembered, look] = stage.effects.filter(({ kind }) => kind !== 'read-history');
    expect(remembered).toEqual({ kind: 'remember', line });
    const checkpointId = number === null ? null : idOf(stage, number);
    expect(look).toMatchObject({ kind: 'preview-rollback', checkpointId, scope });
    expect(stage.ui.dialog?.kind).toBe('rollback');
  });

  it.each([
    'rollback 9',
    'rollback 2 --yes',
    'rollback 2 --plan-only --yes',
    'rollback --plan-only',
    'rollback nobody 2',
    'rollback good',
    'undo --yes',
    'cancel nobody',
  ])('%j is the command, which says what it wants', (line) => {
    const stage = Stage.begin().press(`:${line}\r`);
    expect(stage.ui.dialog).toBeNull();
    expect(stage.effects.map(({ kind }) => kind)).toContain('run-command');
  });

  it.each([
    ['correct style --choose short', 'style', 'short'],
    ['correct 01JD7K3V000000000000000000 style --choose=short', 'style', 'short'],
    ['correct --choose "in two words" style', 'style', 'in two words'],
  ])('%j looks at what another choice takes back', (line, decision, choice) => {
    const stage = Stage.begin().press(`:${line}\r`);
    expect(stage.effects.at(-1)).toMatchObject({
      kind: 'preview-rollback',
      checkpointId: null,
      scope: 'plan_and_files',
      order: { kind: 'correct', decision, choice },
    });
  });

  it.each([
    'correct',
    'correct style',
    'correct style --choose',
    'correct --choose short',
    'correct nobody style --choose short',
    'correct style --choose short --yes',
  ])('%j is the command, too', (line) => {
    const stage = Stage.begin().press(`:${line}\r`);
    expect(stage.ui.dialog).toBeNull();
    expect(stage.effects.map(({ kind }) => kind)).toContain('run-command');
  });

  it.each([':apply\r', 'A'])('%j looks at what accepting the result does, once it is complete', (keys) => {
    const stage = Stage.begin({ state: 'complete' }).press(keys);
    expect(stage.effects.at(-1)).toMatchObject({
      kind: 'preview-rollback',
      scope: 'files_only',
      order: { kind: 'apply' },
    });
    const running = Stage.begin().press(keys);
    expect(running.ui.dialog).toBeNull();
    expect(running.toast).toBe('A: only the result of a complete plan is accepted');
  });

  it('finds a checkpoint by its label', () => {
    const context = Stage.begin().context();
    const named: Checkpoint = {
      ...([...context.view.checkpoints][1] as Checkpoint),
      label: 'good',
      tree_hash: 'a',
    };
    const view = { ...context.view, checkpoints: Timeline.of([named]) };
    const step = askedFirst(INITIAL_UI, 'rollback', ['good'], { ...context, view });
    expect(step?.effects).toMatchObject([{ checkpointId: named.id, scope: 'plan_and_files' }]);
  });

  it('waits for what goes back already', () => {
    const stage = Stage.begin();
    const state = { ...INITIAL_UI, work: { what: 'rolling back to checkpoint 1', progress: '' } };
    for (const line of ['rollback 2', 'correct style --choose short']) {
      const [verb = '', ...rest] = line.split(' ');
      const step = askedFirst(state, verb, rest, stage.context());
      expect([step?.effects, step?.state.toast?.text]).toEqual([
        [],
        'rolling back to checkpoint 1: wait until that is done',
      ]);
    }
  });
});

describe('a look at another choice, or at accepting the result', () => {
  const choosing = (parts: Partial<RollbackPreview> = {}): Stage =>
    previewComes(Stage.begin({ state: 'paused' }).press(':correct style --choose short\r'), parts);
  const accepting = (parts: Partial<RollbackPreview> = {}): Stage =>
    previewComes(Stage.begin({ state: 'complete' }).press('A'), parts);
  const FEW = { actions: actionsOf(2), conflicts: [] };
  const order = { kind: 'correct', decision: 'style', choice: 'short' };

  it('chooses anew at y, or only in the state at s, also where nothing else goes back', () => {
    for (const parts of [FEW, { ...FEW, actions: [], isNothing: true }]) {
      const stage = choosing(parts).press('y');
      expect(stage.effects.at(-1)).toMatchObject({ kind: 'roll-back', running: 'refuse', order });
      expect(stage.ui.work?.what).toBe('taking short instead');
    }
    expect(choosing(FEW).press('s').effects.at(-1)).toMatchObject({ scope: 'plan_only', order });
  });

  it('accepts at y', () => {
    const stage = accepting({ ...FEW, isNothing: true }).press('y');
    expect(stage.effects.at(-1)).toMatchObject({ kind: 'roll-back', order: { kind: 'apply' } });
    expect(stage.ui.work?.what).toBe('accepting the result');
  });

  it('has no halves where there are none', () => {
    const whole = 'this goes as a whole, or not at all: y does it, Esc leaves all as it is';
    expect(choosing(FEW).press('f').toast).toBe(whole);
    for (const key of ['s', 'f']) expect(accepting(FEW).press(key).toast).toBe(whole);
    expect(previewComes(Stage.begin().press('u')).press('s').toast).toBe(whole);
  });

  it('wants a word typed where very much changes', () => {
    const stage = accepting().press('yno\r');
    expect(stage.toast).toBe('type apply, or Esc to leave all as it is');
    expect(stage.press('<ctrl-u>').press('apply\r').effects.at(-1)).toMatchObject({ kind: 'roll-back' });
    expect(choosing().press('yshort\r').effects.at(-1)).toMatchObject({ kind: 'roll-back', order });
  });

  it('leaves what is damaged only if that is said', () => {
    const damaged = { ...FEW, damaged: ['a'] };
    expect(choosing(damaged).press('y').toast).toContain('stored content is missing');
    expect(choosing(damaged).press('x').effects.at(-1)).toMatchObject({ leaveDamaged: true, order });
  });

  it('says who decides the conflicts of a folder', () => {
    expect(accepting().press('c').toast).toContain('agents plan apply --on-conflict');
    expect(choosing().press('c').ui.dialog).toMatchObject({ page: 'conflicts' });
    expect(choosing().press('ct').effects.at(-1)).toMatchObject({ kind: 'preview-rollback', order });
  });
});
