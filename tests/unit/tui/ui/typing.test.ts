import { describe, expect, it } from 'vitest';
import { Stage, waitingFor } from './ui-stage.ts';

const shown = (stage: Stage) => stage.context().treeRows.map(({ id }) => id);

describe('a filter', () => {
  it('works while it is typed, and keeps the selection if it can', () => {
    const stage = Stage.begin().press('/P2.');
    expect(shown(stage)).toEqual(['Execute', 'P2', 'P2.1', 'P2.2']);
    expect(stage.ui.planSelected).toBe('P2.2');
    expect(stage.press('1').ui).toMatchObject({ planFilter: 'P2.1', planSelected: 'P2' });
  });

  it('stays with Enter and is as before with Esc', () => {
    const stage = Stage.begin().press('/T\r/3');
    expect(stage.ui.planFilter).toBe('T3');
    expect(stage.press('\x1b').ui).toMatchObject({ planFilter: 'T', input: null });
  });

  it('that nothing fits leaves nothing selected to act on', () => {
    const stage = Stage.begin().press('/nothing\r');
    expect(shown(stage)).toEqual([]);
    expect(stage.press('j').toast).toBe('no row has "nothing"; Esc shows all');
  });

  it('works on the keys, too', () => {
    const stage = Stage.begin().press('?jj/pause\r');
    expect(stage.ui.dialog).toMatchObject({ kind: 'help', filter: 'pause', top: 0 });
    expect(stage.press('/\x1b').ui.dialog).toMatchObject({ filter: 'pause' });
    expect(stage.press('?').ui.dialog).toBeNull();
  });
});

describe('a line that is typed', () => {
  it.each([
    ['abc<backspace>', 'ab|'],
    ['abc<left><left>x', 'ax|bc'],
    ['abc<home><right>x', 'ax|bc'],
    ['abc<home><left>', '|abc'],
    ['abc<right>', 'abc|'],
    ['abc<ctrl-a><delete>', '|bc'],
    ['abc<ctrl-a><ctrl-e>d', 'abcd|'],
    ['abc<ctrl-b><ctrl-f>d', 'abcd|'],
    ['abc<left><ctrl-d>', 'ab|'],
    ['one two <ctrl-w>', 'one |'],
    ['one two<left><ctrl-w>', 'one |o'],
    ['<ctrl-w>', '|'],
    ['one two<left><ctrl-u>', '|o'],
    ['a👩‍👩‍👧<backspace>', 'a|'],
    ['ae\u0301<left>x', 'ax|e\u0301'],
    ['q?/ c', 'q?/ c|'],
    ['a<pageup><up>b', 'ab|'],
  ])('%s gives %s', (keys, expected) => {
    const { input } = Stage.begin().press('C').press(keys).ui;
    expect(`${input?.text.slice(0, input.cursor)}|${input?.text.slice(input.cursor)}`).toBe(expected);
  });

  it('takes a pasted text on one line, and runs no key of it', () => {
    const stage = Stage.begin().press('C').send({ kind: 'pasted', text: 'two\r\nlines\tq' });
    expect(stage.ui.input?.text).toBe('two lines q');
    const closed = Stage.begin().send({ kind: 'pasted', text: 'qqcc' });
    expect([closed.toast, closed.effects]).toEqual(['a pasted text runs no keys', []]);
  });
});

describe('a label', () => {
  it('makes a checkpoint', () => {
    const stage = Stage.begin().press('C before lunch \r');
    expect(stage.takeEffects()).toEqual([{ kind: 'checkpoint', label: 'before lunch' }]);
    expect(stage.ui.input).toBeNull();
  });

  it('that can be none says why, and can be typed on', () => {
    const stage = Stage.begin().press('C12\r');
    expect(stage.effects).toEqual([]);
    expect(stage.toast).toBe('a label may not look like a number: numbers name checkpoints');
    expect(stage.press('th\r').takeEffects()).toEqual([{ kind: 'checkpoint', label: '12th' }]);
  });

  it('is forgotten with Esc', () => {
    expect(Stage.begin().press('Cabc\x1b').ui.input).toBeNull();
    expect(Stage.begin().press('Cabc\x1bC').ui.input?.text).toBe('');
  });
});

describe('actions without what they are about', () => {
  it.each([
    'input-accept',
    'input-left',
    'choose',
    'choose-number',
    'next-waiting',
    'toggle-trigger',
  ] as const)('%s does nothing', (action) => {
    const stage = Stage.begin();
    const before = stage.ui;
    expect(stage.send({ action }).ui).toBe(before);
    expect(stage.effects).toEqual([]);
  });

  it('an answer is given only where one is asked for', () => {
    const stage = Stage.begin({ waiting: [waitingFor('T1')] }).press('a');
    stage.ui = { ...stage.ui, dialog: null };
    expect(stage.press('x\r').effects).toEqual([]);
  });
});
