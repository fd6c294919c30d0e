import { describe, expect, it } from 'vitest';
import { Stage } from './ui-stage.ts';

describe('panes', () => {
  it.each([
    ['\t', 'checkpoints'],
    ['\t\t', 'detail'],
    ['\t\t\t', 'plan'],
    ['<shift-tab>', 'detail'],
    ['3<shift-tab>', 'checkpoints'],
    ['31', 'plan'],
    ['12', 'checkpoints'],
    ['13', 'detail'],
  ])('%j goes to the %s', (keys, focus) => {
    expect(Stage.begin().press(keys).ui.focus).toBe(focus);
  });

  it('shows in the detail what is selected in the list that was looked at last', () => {
    expect(Stage.begin().press('23').ui.lastList).toBe('checkpoints');
    expect(Stage.begin().press('213').ui.lastList).toBe('plan');
    expect(Stage.begin().press(',1').ui.lastList).toBe('plan');
    expect(Stage.begin().press(',@').ui.lastList).toBe('plan');
    expect(Stage.begin().press('2').change({}).ui.lastList).toBe('checkpoints');
  });

  it("goes round the tabs, and to the detail if it can't be seen", () => {
    expect(Stage.begin().press(']').ui).toMatchObject({ tab: 'diff', focus: 'plan' });
    expect(Stage.begin().press('[').ui.tab).toBe('files');
    expect(Stage.begin().press(']]]]]').ui.tab).toBe('log');
    expect(Stage.begin({ columns: 60, rows: 20 }).press(']').ui.focus).toBe('detail');
  });

  it('zooms in and out, and says where that ends', () => {
    const stage = Stage.begin();
    expect(stage.press('_').toast).toBe('_: nothing is zoomed');
    expect(stage.press('+').ui.zoom).toBe('half');
    expect(stage.press('+').ui.zoom).toBe('full');
    expect(stage.press('+').toast).toBe('+: this pane has all of the screen already');
    expect(stage.press('_').ui.zoom).toBe('half');
  });

  it('knows no half where one pane is seen anyway, and no zoom where none is', () => {
    const stage = Stage.begin().press('+').resize(60, 20);
    expect(stage.press('+').ui.zoom).toBe('full');
    expect(stage.press('_').ui.zoom).toBe('normal');
    expect(stage.resize(30, 8).press('+').toast).toBe('+: the screen is too small for panes');
  });
});

describe('the detail', () => {
  it('stays at the end of the log until somebody scrolls up', () => {
    const stage = Stage.begin().press('3');
    expect(stage.ui).toMatchObject({ detailTop: 81, detailFollow: true });
    stage.change({ lines: Array.from({ length: 200 }, (_, index) => `line ${index}`) });
    expect(stage.ui.detailTop).toBe(181);
    expect(stage.press('k').ui).toMatchObject({ detailTop: 180, detailFollow: false });
    expect(stage.press('j').ui).toMatchObject({ detailTop: 181, detailFollow: false });
  });

  it.each([
    ['g', 0, false],
    ['<ctrl-u>', 72, false],
    ['<pageup>', 63, false],
    ['<pageup><pagedown>', 81, false],
    ['gG', 81, true],
    ['g<end>', 81, true],
    ['gf', 81, true],
    ['f', 81, false],
    [']j', 1, false],
    ['][', 81, true],
    [']G', 81, false],
  ])('%s: at line %i, following: %s', (keys, detailTop, detailFollow) => {
    expect(Stage.begin().press('3').press(keys).ui).toMatchObject({ detailTop, detailFollow });
  });

  it('scrolls from a list', () => {
    expect(Stage.begin().press('KKKJ').ui).toMatchObject({ focus: 'plan', detailTop: 79 });
    expect(Stage.begin({ columns: 60, rows: 20 }).press('J').toast).toBe(
      "J: the detail isn't on the screen; 3 shows it",
    );
  });

  it('begins anew when something else is selected, and only then', () => {
    const stage = Stage.begin().press('gKKK');
    expect(stage.press('k').ui.detailTop).toBe(78);
    expect(stage.press('j').ui).toMatchObject({ detailTop: 81, detailFollow: true });
    expect(stage.press(']JJ,').ui).toMatchObject({ detailTop: 0, detailFollow: false });
  });

  it('changes how lines are shown', () => {
    expect(Stage.begin().press('w').toast).toBe('w: long lines are wrapped now');
    expect(Stage.begin().press('w').ui.wrap).toBe(true);
    expect(Stage.begin().press('ww').toast).toBe('w: long lines are cut now');
    expect(Stage.begin().press('ww').ui.wrap).toBe(false);
    expect(Stage.begin().press('t').ui.timestamps).toBe(false);
    expect(Stage.begin().press(']t').toast).toBe('t: only the log has times; [ ] change the tab');
    expect(Stage.begin().press('3]f').toast).toBe('f: only the log grows; [ ] change the tab');
  });
});

describe('search', () => {
  it('finds lines that are not on the screen, in either case, and goes round', () => {
    const stage = Stage.begin().press('3g/LINE 5\r');
    expect(stage.ui.search).toMatchObject({ text: 'LINE 5', hit: 0 });
    expect(stage.ui.search?.hits).toEqual([5, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(stage.ui.detailTop).toBe(0);
    expect(stage.press('n').ui).toMatchObject({ detailTop: 44, detailFollow: false });
    expect(stage.press('N').ui.search?.hit).toBe(0);
    expect(stage.press('N').ui.search?.hit).toBe(10);
    expect(stage.press('n').ui.search?.hit).toBe(0);
  });

  it('begins with what is on the screen', () => {
    expect(Stage.begin().press('3/line 9\r').ui.search?.hit).toBe(1);
    expect(Stage.begin().press('3/line 5\r').ui.search?.hit).toBe(0);
  });

  it('works from a list, once there is one', () => {
    expect(Stage.begin().press('n').toast).toBe('n: search the detail first: 3, then /');
    expect(Stage.begin().press('3g/line 5\r1n').ui).toMatchObject({ focus: 'plan', detailTop: 44 });
  });

  it('finds what came since, and says what is nowhere', () => {
    const stage = Stage.begin().press('3/needle\r');
    expect(stage.toast).toBe('"needle" is nowhere in this detail');
    expect(stage.ui.search?.hit).toBe(-1);
    stage.change({ lines: ['hay', 'needle'] });
    expect(stage.press('n').ui.search).toMatchObject({ hits: [1], hit: 0 });
    expect(stage.change({ lines: ['needle', 'hay'] }).press('N').ui.search?.hit).toBe(0);
  });

  it('ends with an empty text, or another tab', () => {
    expect(Stage.begin().press('3/line\r/').press('<ctrl-u>\r').ui.search).toBeNull();
    expect(Stage.begin().press('3/line\r]').ui.search).toBeNull();
  });
});

describe('Esc', () => {
  it('goes back one level at a time, and never quits', () => {
    const stage = Stage.begin().press('2 /2\r+3/line\r2');
    const levels = () => {
      const { checkpointFilter, search, zoom, mark } = stage.ui;
      return [checkpointFilter, search?.text ?? '', zoom, mark];
    };
    expect(levels()).toEqual(['2', 'line', 'half', 'c3']);
    expect(stage.press('\x1b') && levels()).toEqual(['', 'line', 'half', 'c3']);
    expect(stage.press('\x1b') && levels()).toEqual(['', '', 'half', 'c3']);
    expect(stage.press('\x1b') && levels()).toEqual(['', '', 'normal', 'c3']);
    expect(stage.press('\x1b') && levels()).toEqual(['', '', 'normal', null]);
    expect(stage.press('\x1b').toast).toBe('nothing to go back from; q quits');
    expect(stage.effects).toEqual([]);
  });

  it('takes the filter of the plan away', () => {
    expect(Stage.begin().press('/T1\r\x1b').ui.planFilter).toBe('');
  });
});
