import { describe, expect, it } from 'vitest';
import { ASCII, OpenPlan, UNICODE } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

function expectFits({ terminal }: OpenPlan): void {
  expect(terminal.scrolledRows).toBe(0);
  expect(terminal.wrappedRows()).toEqual([]);
}

describe('sizes', () => {
  it.each([
    [120, 36],
    [80, 24],
  ])('%d x %d: header, panes, toast and hints in their places', async (columns, rows) => {
    await using open = new OpenPlan({ columns, rows, history: releaseNotes });
    const text = await open.settle();
    const lines = open.terminal.lines();
    expect(lines[0]).toContain('release-notes');
    expect(lines[0]).toContain('EXECUTE');
    expect(lines[1]).toMatch(/^┏━ 1 Plan ━+ follow ● ━┓/);
    expect(lines.at(-2)).toContain('T9 waits for you');
    expect(lines.at(-1)).toMatch(/^ q quit {2}\? keys/);
    expect(text).toContain('3 Detail: Log');
    expect(text).toContain('writing notes/tui.md');
    // Pane by pane to the last column.
    expect(
      lines.slice(1, -2).every((line) => line.length === columns || line.includes('2 Checkpoints: ')),
    ).toBe(true);
    expectFits(open);
  });

  it.each([
    [79, 24, '[1 Plan]'],
    [60, 20, '[1 Plan]'],
    [49, 20, 'EXECUTE'],
    [40, 8, 'EXECUTE'],
    [20, 3, 'EXECUTE'],
    [19, 4, 'too small'],
    [19, 1, 'terminal too small'],
    [8, 2, 'terminal'],
    [1, 1, 't'],
  ])('%d x %d: shows what there is room for', async (columns, rows, words) => {
    await using open = new OpenPlan({ columns, rows, history: releaseNotes });
    expect(await open.settle()).toContain(words);
    expectFits(open);
  });

  it('Given a terminal that says no size, then the usual one is taken', async () => {
    await using open = new OpenPlan({ columns: 80, rows: 24, history: releaseNotes });
    Object.assign(open.terminal.stdout, { columns: 0, rows: 0 });
    await open.type('\u000C');
    expect(open.terminal.lines().at(-1)).toContain('q quit');
    expectFits(open);
  });

  it('Given a wider left column, then the plan has it', async () => {
    await using open = new OpenPlan({ sideWidth: 50, history: releaseNotes });
    await open.settle();
    expect(open.terminal.lines()[1]?.indexOf('┓')).toBe(59);
  });

  it('Given a storm of sizes, then each burst is one repaint, and no frame is larger than the screen', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    const sizes = [
      [100, 30],
      [80, 24],
      [200, 50],
      [30, 5],
      [10, 2],
      [79, 23],
      [110, 28],
      [120, 36],
    ] as const;
    for (const [columns, rows] of sizes) {
      open.terminal.forget();
      for (const [dx, dy] of [
        [9, 3],
        [5, 1],
        [0, 0],
      ] as const)
        open.terminal.resize(columns + dx, rows + dy);
      open.plan.add('note.added', { text: 'meanwhile', step_id: null });
      open.terminal.type('j');
      await open.pass(49);
      expect(open.terminal.frames).toBe(0);
      await open.pass(1);
      expect(open.terminal.frames).toBe(1);
      expect(open.terminal.written).not.toMatch(/\u001B\[[23]J/);
      expectFits(open);
    }
    await open.pass(100);
    expect(open.terminal.lines().at(-1)).toContain('q quit');
  });

  it('Given another size, then the selection is the same one', async () => {
    await using open = new OpenPlan({ history: releaseNotes });
    await open.settle();
    await open.type('gjjjj');
    const marked = (): string | undefined =>
      open.terminal
        .lines()
        .find((line) => line.includes('▌'))
        ?.replace(/^.▌\s*/, '')
        .slice(0, 5);
    const before = marked();
    open.terminal.resize(80, 24);
    await open.pass(50);
    expect(marked()).toBe(before);
    open.terminal.resize(60, 14);
    await open.pass(50);
    expect(marked()).toBe(before);
  });

  it.each([
    ['2', '2 Checkpoints'],
    ['3', '3 Detail'],
    ['1', '1 Plan'],
  ])(
    'Given the zoom of pane %s, then it has half, then all of the screen without sides',
    async (key, title) => {
      await using open = new OpenPlan({ history: releaseNotes });
      await open.settle();
      await open.type(key);
      await open.type('+');
      expectFits(open);
      const text = await open.type('+');
      expect(text.match(/[┏╭]/g)).toHaveLength(1);
      expect(open.terminal.lines()[1]).toContain(title);
      expect(text).not.toMatch(/[┃│] *$/m);
      expectFits(open);
    },
  );
});

describe('signs and colours', () => {
  it('Given ASCII signs, then nothing else is on the screen, dialogs included', async () => {
    await using open = new OpenPlan({ columns: 100, rows: 30, glyphs: ASCII, history: releaseNotes });
    await open.settle();
    for (const keys of ['2', '?', '?', 'T', 'T', 'a', 'q', '3', ']', ']', ']', '/no']) {
      const text = await open.type(keys);
      expect(text).toMatch(/^[\n\u0020-\u007E]*$/);
      expect(text).toContain('=');
    }
  });

  it.each([
    [120, 36],
    [80, 24],
    [60, 16],
    [40, 8],
  ])('%d x %d: Given no colours, then the text is the same', async (columns, rows) => {
    await using coloured = new OpenPlan({ columns, rows, history: releaseNotes });
    await using plain = new OpenPlan({ columns, rows, colour: false, history: releaseNotes });
    for (const keys of ['', '2j', 'd', 'T', 'T', '?', '?', '3', ']', '+', 'a']) {
      expect(await plain.type(keys)).toBe(await coloured.type(keys));
    }
    expect(plain.terminal.writtenOnScreen).not.toMatch(/\u001B\[[\d;]*m/);
    expect(coloured.terminal.writtenOnScreen).toMatch(/\u001B\[36m/);
  });

  it('Given the selected row, then it is turned round, and the frame beside it is not', async () => {
    await using open = new OpenPlan({ glyphs: UNICODE, history: releaseNotes });
    await open.settle();
    expect(open.terminal.cellOf('▌')?.inverse).toBe(true);
    expect(open.terminal.cellOf('┃▌')?.inverse).toBe(false);
    expect(open.terminal.cellOf('EXECUTE')?.bold).toBeDefined();
  });
});
