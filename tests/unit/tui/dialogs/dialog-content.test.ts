import { describe, expect, it } from 'vitest';
import type { RollbackPreview } from '../../../../src/ports/rollback-control.ts';
import { decisionContent } from '../../../../src/tui/dialogs/decision-dialog.ts';
import type { DialogContent } from '../../../../src/tui/dialogs/dialog-content.ts';
import { forkContent, settingsContent } from '../../../../src/tui/dialogs/question-dialogs.ts';
import { rollbackContent } from '../../../../src/tui/dialogs/rollback-dialog.ts';
import { hintLine } from '../../../../src/tui/keys/hint-line.ts';
import { hintMoment } from '../../../../src/tui/ui/hint-moment.ts';
import { scopesOf } from '../../../../src/tui/ui/scopes-of.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';
import {
  ROOT,
  SETTINGS,
  Stage,
  actionsOf,
  conflictsOf,
  decision,
  previewComes,
  previewed,
} from '../ui/ui-stage.ts';

const GLYPHS = glyphsFor('ascii', {});
const ROOM = 90;

const textOf = (content: DialogContent | null): string =>
  [
    content?.title ?? 'nothing',
    ...(content?.lines ?? []).map((line) => line.map(({ text }) => text).join('')),
  ]
    .map((line) => line.trimEnd())
    .join('\n');

function rollbackText(stage: Stage): string {
  const { dialog } = stage.ui;
  if (dialog?.kind !== 'rollback') throw new Error('no dialog');
  return textOf(rollbackContent(dialog, stage.context(), GLYPHS, ROOM));
}

describe('what a rollback would do, in words', () => {
  const NOTHING = { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 };
  const DONE = { steps: 17, decisions: 0, child_plans: 0 };
  const notUndone = ['push', 'mail', 'tag', 'post', 'call'].map((what) => ({ step_id: 'T1', what }));
  const all: readonly (readonly [string, Partial<RollbackPreview>, string])[] = [
    ['only files', { scope: 'files_only' }, 'plan state    stays'],
    ['only the state', { scope: 'plan_only' }, 'files         stay as they are'],
    ['no state', { impact: NOTHING }, 'plan state    no step goes back; the plan stands as it did then'],
    ['one kind of it', { impact: { ...NOTHING, decisions: 2 } }, 'plan state    2 decisions go back'],
    [
      'how far it had come',
      { counts: { before: { ...DONE, decisions: 1, child_plans: 5 }, after: { ...DONE, steps: 1 } } },
      'plan state    17 steps done, then 1 · 1 decision of yours, then 0',
    ],
    [
      'a step that only ran',
      { counts: { before: { ...DONE, steps: 1 }, after: { ...DONE, steps: 1 } } },
      'plan state    1 step done, then 1',
    ],
    ['no path', { actions: [] }, 'files         none changes'],
    ['five things done', { notUndone }, 'push (T1), mail (T1), tag (T1), post (T1) and 1 more'],
    ['four paths lost', { damaged: ['a', 'b', 'c', 'd'] }, 'missing or damaged: a, b, c, d\n'],
    ['conflicts', { conflicts: conflictsOf(2) }, 'changed by somebody else: 2 kept as now'],
  ];
  it.each(all)('Given %s, then that is said', (_name, parts, text) => {
    expect(rollbackText(previewed('', parts))).toContain(text);
  });

  it('Given no conflict, then none is told', () => {
    expect(rollbackText(previewed('', { conflicts: [] }))).not.toContain('somebody else');
  });

  it.each([
    ['short paths', 'a.ts', 'l', 76],
    ['a long one', 'x'.repeat(70), 'l', 84],
    ['a long one among conflicts', 'x'.repeat(70), 'c', 90],
    ['one without end', 'x'.repeat(500), 'l', 110],
  ])('Given %s, then their dialog is as wide as that needs', (_name, path, key, width) => {
    const [change] = actionsOf(1);
    const [conflict] = conflictsOf(1);
    const parts = { actions: [{ ...change, path }], conflicts: [{ ...conflict, path }] };
    const stage = previewed(key, parts as Partial<RollbackPreview>);
    const { dialog } = stage.ui;
    if (dialog?.kind !== 'rollback') throw new Error('no dialog');
    expect(rollbackContent(dialog, stage.context(), GLYPHS, 110).width).toBe(width);
  });

  it('Given a plan that runs without a step that does, then the plan is stopped; at rest nothing is', () => {
    expect(rollbackText(previewed(''))).toContain('running       the plan is stopped first');
    const resting = previewComes(Stage.begin({ state: 'paused' }).press('2jb'));
    expect(rollbackText(resting)).not.toContain('stopped first');
  });

  it('Given a plan at rest, then the number of the checkpoint that makes an undo possible is told', () => {
    expect(rollbackText(previewed(''))).toContain('A safety checkpoint is taken first: u undoes this.');
    const resting = previewComes(Stage.begin({ state: 'paused' }).press('2jb'));
    expect(rollbackText(resting)).toContain('Safety checkpoint 4 is taken first: u undoes this.');
  });

  const begun: readonly (readonly [string, () => Stage, string])[] = [
    [
      'an undo',
      () => previewComes(Stage.begin().press('u')),
      'Esc close  Enter choose  y undo  l paths  c conflicts',
    ],
    [
      'one without conflicts',
      () => previewed('', { conflicts: [] }),
      'y roll back  s state only  f files only  l paths',
    ],
    [
      'one of the state',
      () => previewed('', { scope: 'plan_only', actions: [], conflicts: [] }),
      'Enter choose  s state only',
    ],
    [
      'nothing to do',
      () => previewed('', { isNothing: true, actions: [], conflicts: [] }),
      'Esc close  Enter choose',
    ],
  ];
  it.each(begun)('Given %s, then the hints are what it offers', (_name, begin, hints) => {
    const stage = begin();
    const line = hintLine(scopesOf(stage.ui), 120, hintMoment(stage.view(), stage.ui));
    expect(line.map(({ text }) => text).join('')).toMatch(new RegExp(`${hints}$`));
  });

  it('Given a path was decided, then the rest stays to be read while it is looked at anew', () => {
    const stage = previewed('ct\x1b');
    expect(rollbackText(stage)).toContain('looking at what this would do');
    const { dialog } = stage.ui;
    const token = dialog?.kind === 'rollback' ? dialog.token : 0;
    stage.send({ kind: 'preview-progress', token, message: 'reading files: 3' });
    expect(rollbackText(stage)).toContain('reading files: 3');
  });

  it('Given an undo, then the state comes back', () => {
    const stage = Stage.begin().press('u');
    expect(rollbackText(stage)).toContain('Undo the last rollback: back?');
    previewComes(stage, { actions: actionsOf(1) });
    expect(rollbackText(stage)).toContain('1 step, 1 tool call come back');
    expect(rollbackText(stage)).toContain('1 path changes: ~1');
  });

  it('Given a patch, then its lines are shown from where it was scrolled to', () => {
    const stage = previewed('ld');
    expect(rollbackText(stage)).toContain('\nline 0\n');
    expect(rollbackText(stage.press('j'))).not.toContain('\nline 0\n');
  });
});

describe('a question', () => {
  const asked = { kind: 'decision', planId: ROOT, decisionId: 'decision-T1', selected: 0 } as const;
  const options = [
    { id: 'yes', description: 'it goes on' },
    { id: 'no', description: null },
  ];
  const waiting = [
    { kind: 'decision', planId: ROOT, decision: { ...decision('T1', []), options } } as const,
    SETTINGS,
  ];

  it('Given options, then each has its number, and what it means where that is said', () => {
    const stage = Stage.begin({ waiting });
    const model = { view: stage.view(), ui: stage.ui };
    const content = decisionContent(asked, model, GLYPHS, ROOM);
    expect(textOf(content)).toMatch(/1 +yes\n +it goes on\n +2 +no\n/);
    expect(content).toMatchObject({ title: 'T1 waits for you', footer: 'Enter takes the marked one' });
  });

  it('Given it was answered from elsewhere, then nothing is shown', () => {
    const stage = Stage.begin();
    const view = stage.view();
    expect(decisionContent(asked, { view, ui: stage.ui }, GLYPHS, ROOM)).toBeNull();
    expect(settingsContent({ kind: 'settings', seq: 7, selected: 0 }, { view }, GLYPHS, ROOM)).toBeNull();
  });

  it('Given changed settings, then it is said what changed', () => {
    const view = Stage.begin({ waiting }).view();
    const content = settingsContent({ kind: 'settings', seq: 7, selected: 0 }, { view }, GLYPHS, ROOM);
    expect(textOf(content)).toContain('a step changed the settings');
  });

  it('Given a fork, then it is said from where, as long as that checkpoint is there', () => {
    const view = Stage.begin().view();
    const titleOf = (checkpointId: string): string =>
      forkContent({ kind: 'fork', checkpointId, selected: 0 }, { view }, GLYPHS).title;
    expect(titleOf('c2')).toBe('Fork from checkpoint 2?');
    expect(titleOf('gone')).toBe('Fork from this checkpoint?');
  });
});
