import { describe, expect, it, vi } from 'vitest';
import type { PlanSummary } from '../../src/domain/plan.ts';
import type { FeedListener, PlanFeed } from '../../src/ports/plan-feed.ts';
import { earlyHome } from '../../src/tui/home/early-home.ts';
import { earlyPlan } from '../../src/tui/screens/early-plan.ts';
import { EarlyFrame } from '../../src/tui/shell/early-frame.ts';
import { openHome } from '../../src/tui/shell/open-home.tsx';
import { FakeCommandLine } from '../support/fake-command-line.ts';
import { FakeTime } from '../support/fake-time.ts';
import { FakeHome, homeDocument, homePlan } from '../support/open-home.ts';
import { FakeJob, OpenPlan, UNICODE } from '../support/open-plan.ts';
import { ScreenTerminal } from '../support/screen-terminal.ts';

const NOW = Date.parse('2026-11-21T02:00:00.000Z');

function someHome(): FakeHome {
  const home = new FakeHome();
  home.items = [
    homePlan(1),
    homePlan(2, { state: 'errored' }),
    homePlan(3, { waiting: 1, state: 'processing' }),
  ];
  home.found = [homeDocument('release')];
  return home;
}

async function drawEarly(terminal: ScreenTerminal, home: FakeHome, colour = true): Promise<EarlyFrame> {
  const frame = new EarlyFrame(terminal, colour);
  const data = { folder: home.folder, plans: await home.plans(false), documents: home.found, fault: null };
  frame.draw(earlyHome({ data, size: frame.size, glyphs: UNICODE, now: NOW }), 'auto');
  await terminal.drained();
  return frame;
}

/** All but the last two rows, where what is typed and the keys stand. */
const body = (text: string): string => text.split('\n').slice(0, -2).join('\n');

describe('the first frame of the home screen', () => {
  it.each([
    [120, 36],
    [80, 24],
    [60, 14],
  ])(
    'at %i x %i, reads as the screen that follows it, which takes it over without entering again',
    async (columns, rows) => {
      using terminal = new ScreenTerminal(columns, rows);
      const home = someHome();
      await drawEarly(terminal, home);
      const early = terminal.text();
      expect(early).toContain('plan-3');
      const before = terminal.written.length;
      const time = new FakeTime();
      const shell = openHome({
        source: home,
        known: { plans: await home.plans(false), documents: home.found },
        begun: true,
        commandLine: new FakeCommandLine(),
        clock: { now: () => NOW, elapsed: () => NOW, sleep: () => new Promise(() => {}) },
        stdin: terminal.stdin,
        stdout: terminal.stdout,
        schedule: time.schedule,
        job: new FakeJob(),
        colour: true,
        glyphs: UNICODE,
        memory: null,
        failed: null,
      });
      await shell.drawn();
      await terminal.drained();
      expect(body(terminal.text())).toBe(body(early));
      expect(terminal.written.slice(before)).not.toContain('\u001B[?1049h');
      shell.close();
      await shell.done;
      await terminal.drained();
      expect(terminal.isAlternate).toBe(false);
    },
  );

  it('Given a tiny screen, then nothing is drawn early', () => {
    const data = { folder: '/x', plans: null, documents: null, fault: null };
    expect(earlyHome({ data, size: { columns: 40, rows: 10 }, glyphs: UNICODE, now: NOW })).toEqual([]);
  });
});

describe('the first frame of a plan', () => {
  const plan: PlanSummary = homePlan(7, { name: 'a\u001B[2Jname', state: 'errored', checkpoints: 1 }).plan;
  const at = (columns: number, rows: number) =>
    earlyPlan({ plan, size: { columns, rows }, sideWidth: 38, glyphs: UNICODE });

  it.each([
    [120, 36, ['1 Plan', '2 Checkpoints', '3 Detail']],
    [80, 24, ['1 Plan', '3 Detail']],
    [60, 14, ['1 Plan']],
  ] as const)('at %i x %i, says what the list of plans knows', async (columns, rows, panes) => {
    using terminal = new ScreenTerminal(columns, rows);
    new EarlyFrame(terminal, true).draw(at(columns, rows), 'auto');
    await terminal.drained();
    const text = terminal.text();
    for (const words of ['name', 'EXECUTE failed', 'reading the plan', ...panes])
      expect(text).toContain(words);
    if (columns > 60) expect(text).toContain('1 checkpoint');
  });

  it('Given several checkpoints, then it counts them', () => {
    const parts = earlyPlan({
      plan: { ...plan, checkpoints: 12 },
      size: { columns: 120, rows: 36 },
      sideWidth: 38,
      glyphs: UNICODE,
    });
    expect(JSON.stringify(parts[0])).toContain('12 checkpoints');
  });

  it('Given its history comes, then the screen follows with it', async () => {
    await using plan = new OpenPlan({ begun: true, history: (fake) => void fake.created('early', ['one']) });
    await vi.waitFor(async () => expect(await plan.pass(20)).toContain('1 Plan'));
    expect(plan.terminal.text()).not.toContain('reading the plan');
  });

  it('Given no news of it, then the screen follows all the same after a moment', async () => {
    const silent: PlanFeed = { start: () => {}, stop: async () => {} };
    await using plan = new OpenPlan({ begun: true, feed: silent });
    expect((await plan.settle()).trim()).toBe('');
    await plan.pass(100);
    await vi.waitFor(() => expect(plan.terminal.text()).toContain('reading the plan'));
  });

  it('Given its history comes late, then the screen follows with it', async () => {
    let told: FeedListener | null = null;
    await using plan = new OpenPlan({
      begun: true,
      feed: { start: (listener) => (told = listener), stop: async () => {} },
    });
    (told as FeedListener | null)?.onCaughtUp();
    await vi.waitFor(() => expect(plan.terminal.text()).toContain('1 Plan'));
  });

  it('Given it is closed before it is there, then the terminal is as before', async () => {
    await using plan = new OpenPlan({ begun: true });
    plan.shell.close({ kind: 'signal', name: 'SIGTERM' });
    await plan.pass(100);
    expect(await plan.shell.done).toEqual({ kind: 'signal', name: 'SIGTERM' });
    await plan.terminal.drained();
    expect([plan.terminal.isAlternate, plan.terminal.isRaw]).toEqual([false, false]);
  });

  it('Given a tiny screen, then nothing is drawn early', () => {
    expect(at(40, 10)).toEqual([]);
  });
});

describe('the terminal of the first frame', () => {
  it('Given no screen follows, then the terminal is as before, and leaving once more says nothing', async () => {
    using terminal = new ScreenTerminal();
    const frame = await drawEarly(terminal, someHome());
    expect([terminal.isAlternate, terminal.isRaw, terminal.isCursorShown]).toEqual([true, true, false]);
    frame.leave();
    await terminal.drained();
    expect([terminal.isAlternate, terminal.isRaw, terminal.isCursorShown]).toEqual([false, false, true]);
    const { length } = terminal.written;
    frame.leave();
    await terminal.drained();
    expect(terminal.written.length).toBe(length);
  });

  it('Given no colours are wanted, then no attribute is set', async () => {
    using terminal = new ScreenTerminal();
    await drawEarly(terminal, someHome(), false);
    expect(terminal.written).not.toMatch(/\u001B\[[\d;]*m/);
  });

  it('Given a theme, then its colours are set', async () => {
    using terminal = new ScreenTerminal();
    const frame = new EarlyFrame(terminal, true);
    const rect = { x: 0, y: 0, width: 9, height: 1 };
    frame.draw([{ rect, lines: [[{ text: 'ended', tone: 'bad' }]] }], 'high-contrast');
    await terminal.drained();
    expect(terminal.written).toContain('\u001B[1m\u001B[91mended\u001B[39m\u001B[22m');
  });

  it('Given a terminal that does not say its size, then it is taken for a usual one', () => {
    const stdout = { write: () => true, columns: 0, rows: 0 };
    const stdin = new ScreenTerminal().stdin;
    expect(new EarlyFrame({ stdin, stdout }, true).size).toEqual({ columns: 80, rows: 24 });
  });
});
