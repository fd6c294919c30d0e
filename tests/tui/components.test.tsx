import fc from 'fast-check';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { Box } from 'ink';
import { frameLines } from '../../src/tui/panes/frame-lines.ts';
import { Pane } from '../../src/tui/panes/pane.tsx';
import { TextRow } from '../../src/tui/panes/text-row.tsx';
import { lineWidth } from '../../src/tui/lines/cut-line.ts';
import type { Line } from '../../src/tui/lines/line.ts';
import type { PanePlace } from '../../src/tui/layout/layout.ts';
import { ThemeContext } from '../../src/tui/theme-context.ts';
import { themeFor, type ThemeName } from '../../src/tui/theme.ts';
import type { Tone } from '../../src/tui/words/tone.ts';
import { ASCII, UNICODE } from '../support/open-plan.ts';

afterEach(cleanup);

const textOf = (lines: readonly Line[]): readonly string[] =>
  lines.map((line) => line.map(({ text }) => text).join(''));
const ESC = '\u001B';

describe('TextRow', () => {
  it.each<[Tone, string]>([
    ['plain', 'word'],
    ['dim', `${ESC}[2mword${ESC}[22m`],
    ['strong', `${ESC}[1mword${ESC}[22m`],
    ['good', `${ESC}[32mword${ESC}[39m`],
    ['bad', `${ESC}[31mword${ESC}[39m`],
    ['attention', `${ESC}[1m${ESC}[35mword${ESC}[39m`],
    ['accent', `${ESC}[36mword${ESC}[39m`],
  ])('draws %s only with what every terminal has', (tone, drawn) => {
    const { lastFrame } = render(<TextRow line={[{ text: 'word', tone }]} />);
    expect(lastFrame()).toContain(drawn);
  });

  it.each<[ThemeName, Tone, string]>([
    ['dark', 'accent', `${ESC}[96mword${ESC}[39m`],
    ['light', 'dim', `${ESC}[90mword${ESC}[39m`],
    ['light', 'accent', `${ESC}[34mword${ESC}[39m`],
    ['high-contrast', 'bad', `${ESC}[1m${ESC}[91mword${ESC}[39m`],
    ['high-contrast', 'good', `${ESC}[1mword${ESC}[22m`],
    ['high-contrast', 'dim', 'word'],
  ])('draws in the theme %s what is %s with its colours', (theme, tone, drawn) => {
    const { lastFrame } = render(
      <ThemeContext value={themeFor(true, theme)}>
        <TextRow line={[{ text: 'word', tone }]} />
      </ThemeContext>,
    );
    expect(lastFrame()).toContain(drawn);
  });

  it('turns the selected row round between its sides, and only where there are colours', () => {
    const line: Line = ['|', 'row', '|'].map((text) => ({ text, tone: text === 'row' ? 'good' : 'plain' }));
    const { lastFrame } = render(<TextRow line={line} selected sides={1} />);
    expect(lastFrame()).toBe(`|${ESC}[7mrow${ESC}[27m|`);
    const plain = render(
      <ThemeContext value={themeFor(false)}>
        <TextRow line={line} selected sides={1} />
      </ThemeContext>,
    );
    expect(plain.lastFrame()).toBe('|row|');
  });

  it.each<[string, Line, boolean]>([
    ['another text', [{ text: 'other', tone: 'plain' }], true],
    ['another tone', [{ text: 'row', tone: 'bad' }], true],
    [
      'more of it',
      [
        { text: 'row', tone: 'plain' },
        { text: '!', tone: 'plain' },
      ],
      true,
    ],
    ['the same in another object', [{ text: 'row', tone: 'plain' }], false],
  ])('Given %s, then it is drawn anew: that changes the frame or not', (_, line, changes) => {
    const first: Line = [{ text: 'row', tone: 'plain' }];
    const { rerender, lastFrame } = render(<TextRow line={first} />);
    const before = lastFrame();
    rerender(<TextRow line={line} />);
    expect(lastFrame() !== before).toBe(changes);
    rerender(<TextRow line={line} selected />);
    expect(lastFrame()).toContain(`${ESC}[7m`);
    rerender(<TextRow line={line} selected sides={1} />);
    expect(lastFrame()).not.toContain(`${ESC}[7m`);
  });
});

describe('a frame', () => {
  const plain = {
    glyphs: UNICODE,
    heavy: false,
    border: 'box',
    title: '',
    note: '',
    footer: '',
    rows: [],
  } as const;

  it('has its words in the edges, and is heavy where the focus is', () => {
    const rows: Line[] = [[{ text: 'a row', tone: 'plain' }]];
    const words = { ...plain, width: 24, height: 4, title: '1 Plan', note: 'on', footer: '1 of 2', rows };
    expect(textOf(frameLines(words))).toEqual([
      '╭─ 1 Plan ──────── on ─╮',
      '│a row                 │',
      '│                      │',
      '╰───────────── 1 of 2 ─╯',
    ]);
    expect(textOf(frameLines({ ...words, heavy: true }))[0]).toBe('┏━ 1 Plan ━━━━━━━━ on ━┓');
    expect(textOf(frameLines({ ...words, heavy: true, glyphs: ASCII }))[0]).toBe('+= 1 Plan ======== on =+');
    expect(textOf(frameLines({ ...words, border: 'ends' }))[1]).toBe('a row'.padEnd(24));
  });

  it('is exactly as large as asked, whatever stands in it', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((one) => one.replace(/\p{C}|\p{M}/gu, '-'));
    const size = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(
        size,
        fc.integer({ min: 1, max: 9 }),
        text,
        text,
        fc.array(text),
        fc.boolean(),
        (width, height, title, note, rows, boxed) => {
          const lines = frameLines({
            ...plain,
            border: boxed ? 'box' : 'ends',
            footer: note,
            rows: rows.map((row) => [{ text: row, tone: 'plain' }]),
            width,
            height,
            title,
            note,
          });
          expect(lines).toHaveLength(height);
          expect(lines.every((line) => lineWidth(line) === width || width < 2)).toBe(true);
        },
      ),
    );
  });
});

describe('Pane', () => {
  const place: PanePlace = {
    x: 0,
    y: 0,
    width: 20,
    height: 5,
    border: 'box',
    headLines: 1,
    content: { x: 1, y: 2, width: 18, height: 2 },
  };
  const rows: Line[] = ['one', 'two'].map((text) => [{ text, tone: 'plain' }]);
  const head: Line[] = [[{ text: 'head', tone: 'plain' }], [{ text: 'no room', tone: 'plain' }]];
  const pane = (focused: boolean, selected: number) => (
    <Box height={5}>
      <Pane
        {...{ place, focused, selected, head, rows }}
        glyphs={UNICODE}
        title="1 Plan"
        note=""
        footer="2 of 2"
      />
    </Box>
  );

  it('shows as many head lines as it has room for, and turns the selected row round where the focus is', () => {
    const { lastFrame } = render(pane(true, 1));
    expect(lastFrame()).toContain(`${ESC}[7mtwo`);
    expect(lastFrame()).toContain('head');
    expect(lastFrame()).not.toContain('no room');
  });

  it.each([
    [false, 1],
    [true, -1],
    [true, 7],
  ])('Given focus %s and row %d, then no row is turned round', (focused, selected) => {
    const { lastFrame } = render(pane(focused, selected));
    expect(lastFrame()).not.toContain(`${ESC}[7m`);
  });
});
