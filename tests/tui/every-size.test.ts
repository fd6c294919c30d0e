import { expect, it } from 'vitest';
import { earlyHome } from '../../src/tui/home/early-home.ts';
import { lineWidth } from '../../src/tui/lines/cut-line.ts';
import { homeDocument, homePlan, OpenHome } from '../support/open-home.ts';
import { ASCII, OpenPlan, UNICODE } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';
import type { ScreenTerminal } from '../support/screen-terminal.ts';

/** Both sides of every border between two layouts, the ends, and some between. */
const SIZES = [
  [1, 1],
  [1, 60],
  [19, 3],
  [20, 2],
  [20, 3],
  [49, 12],
  [50, 11],
  [50, 12],
  [80, 23],
  [80, 24],
  [95, 41],
  [109, 28],
  [110, 27],
  [110, 28],
  [200, 1],
  [200, 60],
] as const;

const PLANS = Array.from({ length: 70 }, (_, index) => homePlan(index + 1, { name: `计划-${index}` }));
const DOCUMENTS = Array.from({ length: 7 }, (_, index) => homeDocument(`doc-${index}`));

interface Screen {
  readonly terminal: ScreenTerminal;
  pass(ms: number): Promise<string>;
}

/** What is wrong with the frames of all those sizes, one after another. */
async function faultsOf(screen: Screen): Promise<readonly string[]> {
  const { terminal } = screen;
  const faults: string[] = [];
  for (const [columns, rows] of SIZES) {
    terminal.forget();
    terminal.resize(columns, rows);
    await screen.pass(50);
    const fault = (words: string): void => void faults.push(`${columns} x ${rows}: the frame ${words}`);
    const height = (terminal.written.split('\u001B[?2026h').at(-1) as string).split('\n').length;
    if (height !== rows) fault(`is ${height} rows high`);
    if (terminal.scrolledRows !== 0) fault('scrolls');
    if (terminal.wrappedRows().length > 0) fault('is too wide');
    if (terminal.text().trim() === '') fault('is empty');
  }
  return faults;
}

it('Given a plan at each size, then its frame is as high as the screen, and no wider', async () => {
  await using open = new OpenPlan({ history: releaseNotes });
  await open.settle();
  expect(await faultsOf(open)).toEqual([]);
});

it('Given home at each size, then its frame is as high as the screen, and no wider', async () => {
  await using open = new OpenHome({
    with: (home) => {
      home.items = [...PLANS];
      home.found = [...DOCUMENTS];
    },
  });
  await open.settle();
  expect(await faultsOf(open)).toEqual([]);
});

it('Given every width and height, then nothing is drawn outside of the screen, and no line of home is wider than its place', () => {
  const plans = { items: PLANS, hasMore: false };
  const data = { folder: '/home/me', plans, documents: DOCUMENTS, fault: null };
  for (let columns = 1; columns <= 200; columns += 1) {
    const rows = 1 + ((columns * 37) % 60);
    const glyphs = columns % 2 === 0 ? UNICODE : ASCII;
    for (const { rect, lines } of earlyHome({ data, size: { columns, rows }, glyphs, now: 0 })) {
      expect(rect.x + rect.width).toBeLessThanOrEqual(columns);
      expect(rect.y + rect.height).toBeLessThanOrEqual(rows);
      expect(lines.length).toBeLessThanOrEqual(rect.height);
      expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(rect.width);
    }
  }
});
