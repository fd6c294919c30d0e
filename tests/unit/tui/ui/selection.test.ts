import { describe, expect, it } from 'vitest';
import { treeRows } from '../../../../src/tui/rows/tree-rows.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { glyphsFor } from '../../../../src/tui/words/glyphs.ts';
import { SUBPLAN, viewOf, withSubplan as nested } from '../rows/views.ts';
import { Stage, type StageNode } from './ui-stage.ts';

const steps = (count: number, running = -1): readonly StageNode[] =>
  Array.from(
    { length: count },
    (_, index) => `S${String(index).padStart(3, '0')}${index === running ? '*' : ''}`,
  );

describe('Given a plan that runs, when nobody has pressed a key', () => {
  it('then the running step is selected, and the selection goes with it', () => {
    const stage = Stage.begin({ tree: steps(100, 3) });
    expect(stage.ui).toMatchObject({ planSelected: 'S003', follow: true });
    stage.change({ tree: steps(100, 60) });
    expect(stage.ui).toMatchObject({ planSelected: 'S060', planTop: 30 });
  });

  it('then the selected step is kept while it runs, also if another one runs before it', () => {
    const stage = Stage.begin({ tree: ['A', 'B*'] });
    stage.change({ tree: ['A*', 'B*'] });
    expect(stage.ui.planSelected).toBe('B');
  });

  it('then the first row is selected if nothing runs', () => {
    expect(Stage.begin({ tree: steps(3) }).ui.planSelected).toBe('S000');
  });

  it('then nothing is selected while there is nothing', () => {
    expect(Stage.begin({ tree: [] }).ui.planSelected).toBeNull();
    expect(Stage.begin({ tree: [] }).press('j').toast).toBe('there is no row yet');
  });
});

describe('Given that somebody has moved', () => {
  it.each([
    ['j', 'S004'],
    ['k', 'S002'],
    ['<down><down>', 'S005'],
    ['<up>', 'S002'],
    ['g', 'S000'],
    ['<home>', 'S000'],
    ['G', 'S099'],
    ['<ctrl-d>', 'S018'],
    ['<pagedown>', 'S033'],
    ['<pagedown><ctrl-u>', 'S018'],
    ['<pagedown><pageup>', 'S003'],
  ])('then %s selects %s, and following has ended', (keys, expected) => {
    const stage = Stage.begin({ tree: steps(100, 3) }).press(keys);
    expect(stage.ui).toMatchObject({ planSelected: expected, follow: false });
    stage.change({ tree: steps(100, 50) });
    expect(stage.ui.planSelected).toBe(expected);
  });

  it('then going where one is already leaves it', () => {
    expect(Stage.begin({ tree: steps(100, 0) }).press('k').ui.follow).toBe(true);
  });

  it.each(['f', '<end>'])('then %s follows again', (keys) => {
    const stage = Stage.begin({ tree: steps(100, 3) })
      .press('gj')
      .press(keys);
    expect(stage.ui).toMatchObject({ planSelected: 'S003', follow: true });
  });

  it('then f stops following, and End without a running step is the last row', () => {
    expect(Stage.begin().press('f').ui.follow).toBe(false);
    expect(Stage.begin({ tree: steps(9) }).press('<end>').ui).toMatchObject({
      planSelected: 'S008',
      follow: true,
    });
  });

  it('then f follows from where one is if nothing runs', () => {
    expect(Stage.begin({ tree: steps(9) }).press('jjf').ui).toMatchObject({
      planSelected: 'S002',
      follow: true,
    });
  });
});

describe('Given a selected row, when the rows change', () => {
  it('then it stays selected, on the same line of the screen', () => {
    const stage = Stage.begin({ tree: steps(100) }).press('<pagedown><pagedown><pagedown>');
    const line = stage.ui.planIndex - stage.ui.planTop;
    stage.change({ tree: ['new', 'rows', ...steps(100)] });
    expect(stage.ui.planSelected).toBe('S090');
    expect(stage.ui.planIndex - stage.ui.planTop).toBe(line);
  });

  it('then its nearest ancestor is selected once it is gone', () => {
    const stage = Stage.begin({ tree: [['A', ['B', ['C', 'D']]], 'E'] }).press('jjj');
    expect(stage.ui.planSelected).toBe('D');
    stage.change({ tree: [['A', ['B']], 'E'] });
    expect(stage.ui.planSelected).toBe('B');
  });

  it('then the same place is selected once all of it is gone', () => {
    const stage = Stage.begin({ tree: steps(10) }).press('jjjj');
    stage.change({ tree: ['A', 'B', 'C'] });
    expect(stage.ui).toMatchObject({ planSelected: 'C', planIndex: 2 });
  });

  it('then nothing is told anew if nothing is new', () => {
    const stage = Stage.begin().press('jj');
    const before = stage.ui;
    expect(stage.change({}).ui).toBe(before);
  });
});

describe('Given a selected row, when the screen changes its size', () => {
  it('then it stays selected and in sight', () => {
    const stage = Stage.begin({ tree: steps(100) }).press('<pagedown><pagedown>');
    for (const [columns, rows] of [
      [80, 24],
      [60, 14],
      [30, 5],
      [10, 2],
      [200, 80],
      [120, 36],
    ] as const) {
      stage.resize(columns, rows);
      const height = stage.context().layout.panes.plan?.content.height ?? 1;
      expect(stage.ui.planSelected).toBe('S060');
      expect(stage.ui.planIndex).toBeGreaterThanOrEqual(stage.ui.planTop);
      expect(stage.ui.planIndex).toBeLessThan(stage.ui.planTop + height);
    }
  });
});

describe('folding', () => {
  const tree: readonly StageNode[] = [['A', ['B', 'C', 'D'], 'E'], 'F'];
  const shown = (stage: Stage) =>
    stage
      .context()
      .treeRows.map(({ id }) => id)
      .join('');

  it.each([
    ['h', 'AF', 'A'],
    ['<enter>', 'AF', 'A'],
    ['<enter><enter>', 'ABCDEF', 'A'],
    ['hl', 'ABCDEF', 'A'],
    ['l', 'ABCDEF', 'B'],
    ['<right><right>', 'ABCDEF', 'C'],
    ['jjh', 'ABCDEF', 'B'],
    ['jj<left><left>', 'ABEF', 'B'],
    ['jjj*', 'AF', 'A'],
  ])('%s shows %s with %s selected', (keys, rows, selected) => {
    const stage = Stage.begin({ tree }).press(keys);
    expect(shown(stage)).toBe(rows);
    expect(stage.ui.planSelected).toBe(selected);
  });

  it.each([
    ['Gh', 'h: nothing to fold here'],
    ['Gl', 'l: nothing to unfold here'],
  ])('says why %s does nothing', (keys, text) => {
    expect(Stage.begin({ tree }).press(keys).toast).toBe(text);
  });

  it('says why nothing can be opened', () => {
    expect(Stage.begin({ tree: ['A'] }).press('*').toast).toBe('*: nothing to unfold here');
    expect(Stage.begin({ tree: [] }).press('\r').toast).toBe('Enter: there is no row yet');
    expect(Stage.begin({ tree: [] }).press('h').toast).toBe('h: nothing to fold here');
  });

  it('folds everything where all is open, and keeps what the selection is part of in sight', () => {
    for (const [keys, kept] of [
      ['g', 'Execute'],
      ['gjj', 'Execute'],
      ['G', 'Apply'],
    ] as const) {
      const stage = Stage.begin().press(keys).press('*');
      expect(stage.context().treeRows.map(({ id }) => id)).toEqual(['Execute', 'Apply']);
      expect(stage.ui.planSelected).toBe(kept);
    }
  });

  it('opens everything, also what is within folded rows', () => {
    const stage = Stage.begin();
    const view = viewOf(nested());
    const rowsOf = (folds: ReadonlyMap<string, boolean>) =>
      treeRows(view, { folds, filter: '', keepOpen: null, glyphs: glyphsFor('ascii', {}), now: 0 });
    const folded = new Map([
      ['phase:execute', false],
      [`subplan:${SUBPLAN}`, false],
    ]);
    const context = { ...stage.context(), shown: view, treeRows: rowsOf(folded) };
    const { state } = stepUi({ ...stage.ui, folds: folded }, { action: 'unfold-all' }, context);
    const rows = rowsOf(state.folds);
    expect(rows.map(({ name }) => name)).toContain('k2');
    expect(rows.some(({ fold }) => fold === 'folded')).toBe(false);
  });

  it.each(['\r', '*'])('folds nothing while a filter shows what leads to what it found (%j)', (key) => {
    const stage = Stage.begin({ tree }).press('/D\rg').press(key);
    expect(stage.toast).toBe('nothing is folded while there is a filter; Esc shows all');
    expect(stage.ui.folds.size).toBe(0);
  });

  it('still goes up and down in what a filter shows', () => {
    const stage = Stage.begin({ tree }).press('/D\rGh');
    expect(stage.ui.planSelected).toBe('B');
    expect(stage.press('h').ui.planSelected).toBe('A');
    expect(stage.press('l').ui.planSelected).toBe('B');
  });

  it('goes from a leaf to its detail', () => {
    expect(Stage.begin({ tree }).press('G\r').ui.focus).toBe('detail');
  });
});

describe('a plan that has ended', () => {
  const tree: readonly StageNode[] = ['A', ['B', 'C', 'Dx'], 'E'];

  it.each([
    ['what failed first', tree, 'D'],
    ['its end', ['A', 'B', 'C'] as readonly StageNode[], 'C'],
  ])('shows %s', (_what, nodes, selected) => {
    expect(Stage.begin({ tree: nodes, state: 'errored' }).ui.planSelected).toBe(selected);
  });

  it('leaves the selection where somebody has put it', () => {
    const stage = Stage.begin({ tree }).press('j');
    expect(stage.change({ state: 'errored' }).ui.planSelected).toBe('B');
  });
});

describe('jumping', () => {
  const tree: readonly StageNode[] = ['A', 'Bx', ['C', 'Dx', 'E*'], 'Fx'];

  it.each([
    ['!', 'B'],
    ['!!', 'D'],
    ['!!!', 'F'],
    ['!!!!', 'B'],
    ['@', 'E'],
  ])('%s from the top selects %s', (keys, expected) => {
    const stage = Stage.begin({ tree }).press('g').press(keys);
    expect(stage.ui).toMatchObject({ planSelected: expected, follow: false });
  });

  it.each([
    ['!', '!: no step has failed'],
    ['@', '@: no step runs'],
  ])('%s says why there is nowhere to go', (keys, text) => {
    expect(Stage.begin({ tree: ['A'] }).press(keys).toast).toBe(text);
  });
});

describe('checkpoints', () => {
  it('has none selected until somebody goes there; then the newest', () => {
    const stage = Stage.begin();
    expect(stage.ui.checkpointSelected).toBeNull();
    expect(stage.press('2').ui).toMatchObject({ checkpointSelected: 'c3', lastList: 'checkpoints' });
  });

  it.each([
    ['2j', 'c2'],
    ['2jjjj', 'c1'],
    ['2G', 'c1'],
    ['2<end>g', 'c3'],
    ['2h', 'c2'],
    ['2hhl', 'c2'],
    [',', 'c3'],
    [',,', 'c2'],
    [',,.', 'c3'],
  ])('%s selects %s', (keys, expected) => {
    expect(Stage.begin().press(keys).ui.checkpointSelected).toBe(expected);
  });

  it('says where the list ends', () => {
    expect(Stage.begin().press('2k.').toast).toBe(
      'this is the newest checkpoint: the plan is shown as it is now',
    );
    expect(Stage.begin().press('2.').toast).toBe('this is the newest checkpoint');
    expect(Stage.begin().press(',,,,').toast).toBe('this is the oldest checkpoint');
  });

  it.each([',', '.', '2j', '2 ', 'd'])('says that there is none yet (%s)', (keys) => {
    expect(Stage.begin({ checkpointNumbers: [] }).press(keys).toast).toMatch(
      /there is no (checkpoint|row) yet/,
    );
  });

  it('says that the filter hides them', () => {
    expect(Stage.begin().press('2/9\r,').toast).toBe('no checkpoint has "9"; Esc in pane 2 shows all');
    expect(Stage.begin().press('2/9\rj').toast).toBe('no row has "9"; Esc shows all');
  });

  it('shows new ones as they come without moving the selection', () => {
    const stage = Stage.begin().press('2j');
    stage.change({ checkpointNumbers: [1, 2, 3, 4] });
    expect(stage.ui).toMatchObject({ checkpointSelected: 'c2', checkpointIndex: 2, checkpointTop: 0 });
  });

  it("keeps the line of the selection where it isn't at the top", () => {
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
    const stage = Stage.begin({ checkpointNumbers: numbers }).press('2<pagedown><pagedown><pagedown>');
    const { checkpointTop, checkpointIndex } = stage.ui;
    stage.change({ checkpointNumbers: [...numbers, 51, 52] });
    expect(stage.ui.checkpointSelected).toBe('c35');
    expect([stage.ui.checkpointTop, stage.ui.checkpointIndex]).toEqual([
      checkpointTop + 2,
      checkpointIndex + 2,
    ]);
  });

  it('selects the one in its place when it is deleted, and takes its mark away', () => {
    const stage = Stage.begin().press('2j ');
    expect(stage.ui.mark).toBe('c2');
    stage.change({ checkpointNumbers: [1, 3] });
    expect(stage.ui).toMatchObject({ checkpointSelected: 'c1', mark: null });
    stage.change({ checkpointNumbers: [] });
    expect(stage.ui.checkpointIndex).toBe(1);
  });

  it('marks and unmarks A, and says so', () => {
    const stage = Stage.begin().press('2 ');
    expect([stage.ui.mark, stage.toast]).toEqual(['c3', 'A: checkpoint 3; d compares with it']);
    expect(stage.press(' ').ui.mark).toBeNull();
    expect(stage.toast).toBe('A: no checkpoint is marked now');
  });

  it('shows the diff of the selected one', () => {
    expect(Stage.begin().press('d').ui).toMatchObject({
      tab: 'diff',
      lastList: 'checkpoints',
      checkpointSelected: 'c3',
      focus: 'plan',
      detailFollow: false,
    });
    expect(Stage.begin({ columns: 60, rows: 20 }).press('d').ui.focus).toBe('detail');
    expect(Stage.begin().press('2G kd').ui).toMatchObject({
      tab: 'diff',
      mark: 'c1',
      checkpointSelected: 'c2',
    });
  });

  it.each([
    ['d', null],
    ['2 d', 'd: this is A itself; select another checkpoint with , or .'],
  ])('says why there is no diff (%s)', (keys, text) => {
    expect(Stage.begin().press(keys).toast).toBe(text);
  });

  it('goes to its detail', () => {
    expect(Stage.begin().press('2j\r').ui).toMatchObject({ focus: 'detail', checkpointSelected: 'c2' });
  });
});
