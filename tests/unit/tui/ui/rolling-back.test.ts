import { describe, expect, it } from 'vitest';
import type { PlanActionId } from '../../../../src/tui/keys/key-row.ts';
import type { RollbackPreview } from '../../../../src/ports/rollback-control.ts';
import { rollbackChoices } from '../../../../src/tui/ui/dialog-choices.ts';
import { Stage, actionsOf, conflictsOf, previewComes, previewOf, previewed } from './ui-stage.ts';

const pageOf = ({ ui: { dialog } }: Stage) =>
  dialog?.kind === 'rollback' ? [dialog.page, dialog.row, dialog.patch?.change.path ?? null] : null;

/** What the detail compares with now. */
const DIFF_NOW = { id: 'c1', asked: 1 };

describe('the pages of a rollback', () => {
  it.each([
    ['cjjd', ['patch', 2, 'their f2']],
    ['cjjd\x1b', ['conflicts', 2, null]],
    ['ljd', ['patch', 1, 'f1']],
    ['ljd\x1b', ['paths', 1, null]],
    ['ljd\x1b\x1b', ['rollback', 1, null]],
  ])('Given %j, then %j is seen', (keys, page) => {
    expect(pageOf(previewed(keys))).toEqual(page);
  });

  it('Given the conflicts are gone while one is looked at, then Esc goes to the first page', () => {
    const stage = previewed('cjtd');
    expect(pageOf(stage)).toEqual(['patch', 1, 'their f1']);
    previewComes(stage, { conflicts: [] });
    expect(pageOf(stage)).toEqual(['patch', 0, 'their f1']);
    expect(pageOf(stage.press('\x1b'))).toEqual(['rollback', 0, null]);
  });

  it('Given fewer conflicts than paths are left meanwhile, then the selection is within them', () => {
    const stage = previewed('cjjjjjtd');
    previewComes(stage, { conflicts: conflictsOf(2) });
    expect(pageOf(stage.press('\x1b'))).toEqual(['conflicts', 1, null]);
  });

  it('Given the conflicts are gone while they are listed, then the first page is shown', () => {
    expect(pageOf(previewComes(previewed('cjt'), { conflicts: [] }))).toEqual(['rollback', 0, null]);
  });

  it('Given no path changes, then there is no patch and nothing to decide', () => {
    for (const action of ['show-patch', 'same-for-all'] as const) {
      const stage = previewed('', { actions: [], conflicts: [] });
      const before = stage.ui;
      expect(stage.send({ action }).ui).toBe(before);
    }
  });

  it('Given all are to be the same before one was decided, then they are as that one is', () => {
    const stage = previewed('cj*');
    expect(stage.effects.at(-1)).toMatchObject({ kind: 'preview-rollback', scope: 'plan_and_files' });
    const { dialog } = stage.ui;
    const choices = dialog?.kind === 'rollback' ? [...dialog.choices.values()] : [];
    expect(choices).toEqual(Array.from({ length: 60 }, () => 'keep'));
  });
});

describe('paths that are left out', () => {
  const rollback = (stage: Stage) => stage.effects.find(({ kind }) => kind === 'roll-back');
  const damaged = { actions: actionsOf(3), conflicts: [], damaged: ['lost'] };

  it.each([
    ['lj \x1bf', { paths: ['f0', 'f2'], scope: 'files_only', leaveDamaged: false }],
    ['la \x1bf', { paths: ['f0'], scope: 'files_only' }],
    ['laa\x1by', { paths: [], scope: 'plan_and_files' }],
    ['l  \x1by', { paths: [], scope: 'plan_and_files' }],
    ['l \x1bs', { paths: [], scope: 'plan_only' }],
    ['l/f1\ra\x1b\x1bf', { paths: ['f0', 'f2'], scope: 'files_only' }],
  ])('Given %j, then %j goes back', (keys, effect) => {
    expect(rollback(previewed(keys, { actions: actionsOf(3), conflicts: [] }))).toMatchObject(effect);
  });

  it('Given damaged paths as well, then x takes back the others', () => {
    expect(rollback(previewed('l \x1bx', damaged))).toMatchObject({
      paths: ['f1', 'f2', 'lost'],
      scope: 'files_only',
      leaveDamaged: true,
    });
    expect(rollback(previewed('l \x1bf', damaged))).toBeUndefined();
  });

  it('Given few of very many paths, then no number is typed; the work says how many go back', () => {
    const stage = previewed('la \x1bf', { conflicts: [] });
    expect(stage.ui.work?.what).toBe('rolling back 1 of 60 paths to checkpoint 2');
    expect(previewed('l \x1bf').ui.input?.kind).toBe('confirm');
  });

  it('Given a filter of the conflicts, then what is decided is what is listed', () => {
    const stage = previewed('c/f59\rt');
    const { dialog } = stage.ui;
    expect(dialog?.kind === 'rollback' && [...dialog.choices]).toEqual([['their f59', 'take']]);
    previewComes(stage);
    expect(pageOf(stage)).toEqual(['conflicts', 0, null]);
    previewComes(stage.press('*'), { conflicts: conflictsOf(2) });
    expect(pageOf(stage)).toEqual(['conflicts', 0, null]);
    expect(pageOf(stage.press('*'))).toEqual(['conflicts', 0, null]);
    expect(stage.effects.filter(({ kind }) => kind === 'preview-rollback')).toHaveLength(3);
  });

  it('Given a filter that is not wanted after all, then all are listed again', () => {
    const stage = previewed('l/f59<esc>');
    const { dialog } = stage.ui;
    expect(dialog?.kind === 'rollback' && dialog.filter).toBe('');
    expect(pageOf(previewed('l/f5\rjd\x1b'))).toEqual(['paths', 1, null]);
    const none = previewed('l/none\r');
    expect(none.press(' ').ui.dialog).toMatchObject({ out: new Set() });
  });
});

describe('what is offered', () => {
  const offered = (stage: Stage): readonly string[] => {
    const { dialog } = stage.ui;
    return dialog?.kind === 'rollback' ? rollbackChoices(dialog).map(({ key }) => key) : [];
  };

  it.each([
    [{ scope: 'plan_only', actions: [], conflicts: [] }, ['esc', 's', 'F']],
    [{ actions: actionsOf(1), conflicts: [] }, ['esc', 'y', 's', 'f', 'F', 'l']],
    [{ damaged: ['lost'], actions: [] }, ['esc', 'x', 's', 'F', 'c']],
    [{ scope: 'files_only', actions: actionsOf(1), conflicts: [] }, ['esc', 's', 'f', 'F', 'l']],
    [{ isNothing: true, actions: [], conflicts: [] }, ['esc']],
  ] as const)('Given %j, then the keys are %j', (parts, keys) => {
    expect(offered(previewed('', parts as Partial<RollbackPreview>))).toEqual(keys);
  });

  it.each([
    ['l \x1b', {}, ['esc', 'f', 's', 'F', 'l']],
    ['la\x1b', {}, ['esc', 's', 'F', 'l']],
    ['l \x1b', { damaged: ['lost'] }, ['esc', 'x', 's', 'F', 'l']],
  ])('Given paths are left out by %j of %j, then the keys are %j', (keys, parts, offers) => {
    expect(offered(previewed(keys, { actions: actionsOf(3), conflicts: [], ...parts }))).toEqual(offers);
  });

  it('Given an undo, then neither a part of it nor a fork is offered', () => {
    expect(offered(previewComes(Stage.begin().press('u'), { conflicts: [] }))).toEqual(['esc', 'y', 'l']);
  });
});

describe('a rollback that is taken', () => {
  it('Given the plan rests, then it is not stopped first', () => {
    const stage = previewComes(Stage.begin({ state: 'paused' }).press('2jb'), { actions: actionsOf(1) });
    stage.takeEffects();
    expect(stage.press('y').effects).toMatchObject([
      { kind: 'roll-back', running: 'refuse', scope: 'plan_and_files', leaveDamaged: false },
    ]);
    expect(stage.ui.work?.what).toBe('rolling back to checkpoint 2');
  });

  it('Given it is looked at anew, then no key takes it before that is done', () => {
    expect(previewed('ct\x1by').toast).toBe('still looking at what this would do');
  });

  it('Given an undo, then no half of it is taken', () => {
    expect(previewComes(Stage.begin().press('u')).press('s').toast).toContain('as a whole, or not at all');
  });

  it.each([
    ['y', 'plan_and_files'],
    ['f', 'files_only'],
  ])('Given very many paths, then %s with the number typed takes %s', (key, scope) => {
    const stage = previewed(`${key}2\r`);
    expect(stage.effects.at(-1)).toMatchObject({ kind: 'roll-back', scope });
    expect(stage.ui.input).toBeNull();
  });
});

describe('what comes when nobody waits for it any more', () => {
  const failure = { message: 'refused', hint: null, nextSteps: [] };

  it.each([
    { kind: 'rollback-previewed', token: 99, checkpointId: 'c2', preview: previewOf() },
    { kind: 'preview-progress', token: 99, message: 'half' },
    { kind: 'preview-failed', token: 99, failure },
  ] as const)('Given an answer to another look: $kind, then nothing changes', (event) => {
    for (const keys of ['', '2jb']) {
      const stage = Stage.begin().press(keys);
      const before = stage.ui;
      expect(stage.send(event).ui).toBe(before);
    }
  });

  it('Given the work ends, then a comparison with now is made anew', () => {
    const stage = Stage.begin();
    stage.ui = { ...stage.ui, diffNow: DIFF_NOW };
    stage.now = 7;
    stage.send({ kind: 'work-ended', tone: 'good', text: 'done' });
    expect(stage.ui.diffNow).toEqual({ ...DIFF_NOW, asked: 7 });
  });
});

describe('a folder that is typed', () => {
  it('Given what asked for it is gone, then nothing is forked', () => {
    const stage = Stage.begin().press('Fi');
    stage.ui = { ...stage.ui, dialog: null };
    expect(stage.press('\r').ui.input).toBeNull();
    expect(stage.takeEffects()).toEqual([]);
  });
});

describe('an action whose dialog is not open', () => {
  const ACTIONS: readonly PlanActionId[] = [
    'roll-back-both',
    'leave-damaged',
    'show-paths',
    'show-conflicts',
    'show-patch',
    'keep-mine',
    'same-for-all',
    'fork-here',
    'open-fork',
    'leave-path',
    'leave-all-paths',
    'choose',
    'choose-number',
    'toggle-trigger',
    'next-waiting',
    'input-accept',
    'input-left',
  ];
  it.each(ACTIONS)('%s changes nothing', (action) => {
    const stage = Stage.begin();
    const before = stage.ui;
    expect(stage.send({ action }).ui).toBe(before);
    expect(stage.effects).toEqual([]);
  });
});
