import { describe, expect, it } from 'vitest';
import { bindKeys } from '../../src/tui/keys/bind-keys.ts';
import { KeyMap } from '../../src/tui/keys/find-key.ts';
import type { FakePlan } from '../support/fake-plan.ts';
import { homeDocument, homePlan, OpenHome, planId, type FakeHome } from '../support/open-home.ts';
import { OpenPlan } from '../support/open-plan.ts';
import { planItemId } from '../../src/tui/home/home-items.ts';

interface Screen {
  readonly terminal: OpenPlan['terminal'];
  type(keys: string): Promise<string>;
}

/** The first cell of a text, from 1, as a terminal tells it. */
function cellOf({ terminal }: Screen, text: string): { x: number; y: number } {
  const y = terminal.lines().findIndex((line) => line.includes(text));
  const x = terminal.lines()[y]?.indexOf(text) ?? -1;
  if (x < 0) throw new Error(`${text} isn't on the screen:\n${terminal.text()}`);
  return { x: x + 1, y: y + 1 };
}
const sgr = (button: number, { x, y }: { x: number; y: number }): string =>
  `\u001B[<${button};${x};${y}M${button < 64 ? `\u001B[<${button};${x};${y}m` : ''}`;
const click = async (screen: Screen, text: string): Promise<string> =>
  await screen.type(sgr(0, cellOf(screen, text)));
const wheel = async (screen: Screen, text: string, steps: number): Promise<string> =>
  await screen.type(sgr(steps > 0 ? 65 : 64, cellOf(screen, text)).repeat(Math.abs(steps)));

/** The row with the selection's sign. */
const selected = ({ terminal }: Screen): string =>
  terminal
    .lines()
    .flatMap((line) => /▌.*?(?=[┃│]|$)/.exec(line) ?? [])
    .join('\n');
/** The title of the pane with the focus. */
const focused = ({ terminal }: Screen): string => /┏━ (.*?) ━/.exec(terminal.text())?.[1] ?? '';

const STEPS = Array.from({ length: 40 }, (_, index) => `T${index + 1}`);
function story(plan: FakePlan): void {
  plan.created('demo', STEPS).runs();
  for (const step of STEPS.slice(0, 12)) plan.begins(step).checkpointed('manual').ends(step);
  plan.begins('T13');
}

async function opened(more: ConstructorParameters<typeof OpenPlan>[0] = {}): Promise<OpenPlan> {
  const open = new OpenPlan({ history: story, mouse: true, ...more });
  await open.settle();
  return open;
}

describe('whose the mouse is', () => {
  it("Given nothing was said, then it is the terminal's: its wheel sends arrows, and a report does nothing", async () => {
    await using open = await opened({ mouse: false });
    expect(open.terminal.mouse).toBe('none');
    expect(open.terminal.written).toContain('\u001B[?1007s\u001B[?1007h');
    const before = open.terminal.text();
    expect(await click(open, '2 Checkpoints')).toBe(before);
    expect(await wheel(open, '1 Plan', 3)).toBe(before);
    open.shell.close();
    await open.shell.done;
    expect(open.terminal.written).toMatch(/\[\?1007r$|\[\?1007r/);
  });

  it('Given m, then the screen reads it, says how text is selected, and m gives it back', async () => {
    await using open = await opened({ mouse: false });
    expect(await open.type('m')).toMatch(/click selects.*Shift/);
    expect(open.terminal.mouse).toBe('vt200');
    expect(open.terminal.text()).toMatch(/m mouse off/);
    await click(open, '2 Checkpoints');
    expect(focused(open)).toContain('2 Checkpoints');
    expect(await open.type('m')).toContain("the mouse is the terminal's again");
    expect(open.terminal.mouse).toBe('none');
  });

  it('Given another key for it, then that one', async () => {
    await using open = await opened({ mouse: false, keys: new KeyMap(bindKeys({ mouse: 'f5' })) });
    await open.type('m');
    expect(open.terminal.mouse).toBe('none');
    await open.type('\u001B[15~');
    expect(open.terminal.mouse).toBe('vt200');
  });

  it.each([
    ['left', (open: OpenPlan) => open.shell.close()],
    ['closed by a signal', (open: OpenPlan) => open.shell.close({ kind: 'signal', name: 'SIGTERM' })],
  ])('Given the screen is %s, then the mouse is as before', async (_, end) => {
    await using open = await opened();
    expect(open.terminal.mouse).toBe('vt200');
    end(open);
    await open.shell.done;
    await open.terminal.drained();
    expect(open.terminal.mouse).toBe('none');
  });

  it('Given Ctrl-Z or the pager, then the mouse is not read meanwhile, and read again afterwards', async () => {
    await using open = await opened();
    await open.type('\u001A');
    expect([open.terminal.isAlternate, open.terminal.mouse]).toEqual([false, 'none']);
    open.job.continue();
    await open.terminal.until(() => open.terminal.isAlternate);
    expect(open.terminal.mouse).toBe('vt200');
    const ended = Promise.withResolvers<void>();
    open.programs.ended = ended.promise;
    await open.type('L');
    expect([open.terminal.isAlternate, open.terminal.mouse]).toEqual([false, 'none']);
    ended.resolve();
    await open.terminal.until(() => open.terminal.isAlternate);
    expect(open.terminal.mouse).toBe('vt200');
  });

  it('Given an early frame, then the mouse is read only when the screen is there', async () => {
    await using open = await opened({ begun: true });
    expect(open.terminal.mouse).toBe('vt200');
    expect(open.terminal.written).not.toContain('\u001B[?1049h');
    expect(open.terminal.written.indexOf('\u001B[?1000h')).toBeLessThan(
      open.terminal.written.indexOf('\u001B[?2026h'),
    );
  });
});

describe('clicks', () => {
  it('Given a row of the plan, then it is selected, and nothing is followed any more', async () => {
    await using open = await opened();
    await open.type('2');
    await click(open, 'T9 ');
    expect(focused(open)).toBe('1 Plan');
    expect(selected(open)).toContain('T9 ');
    expect(open.terminal.text()).not.toMatch(/1 Plan [━─]+ follow ●/);
  });

  it('Given a checkpoint, then the plan is shown as it was then', async () => {
    await using open = await opened();
    expect(await click(open, '● by hand')).toContain('1 Plan as of checkpoint');
    expect(focused(open)).toContain('2 Checkpoints');
  });

  it('Given a tab, then it is shown; a title or an empty row only takes the focus', async () => {
    await using open = await opened();
    expect(await click(open, 'State')).toContain('[State]');
    expect(focused(open)).toContain('3 Detail: State');
    expect(await click(open, 'Log')).toContain('[Log]');
    expect(await click(open, '[Log]')).toContain('[Log]');
    const tabs = cellOf(open, '[Log]');
    await open.type(sgr(0, { ...tabs, x: tabs.x - 1 }));
    await open.type(sgr(0, { ...tabs, x: tabs.x + 60 }));
    expect(open.terminal.text()).toContain('[Log]');
    const before = selected(open);
    await click(open, '1 Plan');
    expect(focused(open)).toBe('1 Plan');
    expect(selected(open)).toBe(before);
  });

  it('Given rows where nothing is, or lines that are no pane, then nothing is selected', async () => {
    await using open = await opened({
      history: (plan) => void plan.created('demo', ['T1']).runs().checkpointed('manual'),
    });
    const before = selected(open);
    await open.type(
      sgr(0, { x: 5, y: 30 }) + sgr(0, { x: 60, y: 9 }) + sgr(0, { x: 5, y: 36 }) + sgr(0, { x: 5, y: 1 }),
    );
    expect(selected(open)).toContain(before);
    expect(focused(open)).toContain('2 Checkpoints');
    expect(open.terminal.text()).not.toContain('as of checkpoint');
  });

  it('Given one pane at a time, then its name above it is clicked', async () => {
    await using open = await opened({ columns: 60, rows: 20 });
    expect(await click(open, '3 Detail')).toContain('[3 Detail]');
    expect(await click(open, '1 Plan')).toContain('[1 Plan]');
    await open.type(sgr(0, { x: 55, y: 2 }));
    await open.type(sgr(64, { x: 5, y: 2 }));
    expect(open.terminal.text()).toContain('[1 Plan]');
  });

  it('Given what asks something, or a text being typed, then no click says yes, and nothing closes', async () => {
    await using open = await opened();
    await open.type('2');
    const asked = await open.type('s');
    expect(await click(open, 'end the running')).toBe(asked);
    await open.press('\u001B');
    const typed = await open.type('/T1');
    expect(await click(open, '1 Plan')).toBe(typed);
    expect(await wheel(open, '1 Plan', 1)).toBe(typed);
  });

  it('Given an answer to a key in the last line, then a click ends it as a key does', async () => {
    await using open = await opened();
    expect(await open.type('_')).toContain('nothing is zoomed');
    expect(await click(open, '1 Plan')).not.toContain('nothing is zoomed');
  });
});

describe('the wheel', () => {
  it('Given a plan, then its rows scroll, and the selection stays as long as it is in sight', async () => {
    await using open = await opened();
    await open.type('gjjjjj');
    const before = selected(open);
    await wheel(open, '1 Plan', 1);
    expect(open.terminal.text()).not.toContain('Strategize');
    expect(selected(open)).toBe(before);
    await wheel(open, '1 Plan', 2);
    expect(selected(open)).not.toBe(before);
    await wheel(open, '1 Plan', -9);
    expect(open.terminal.text()).toContain('Strategize');
    const top = open.terminal.text();
    expect(await wheel(open, '1 Plan', -1)).toBe(top);
    expect(focused(open)).toBe('1 Plan');
  });

  it('Given something is followed, then only upwards that ends', async () => {
    await using open = await opened({ rows: 30 });
    expect(await wheel(open, '1 Plan', 1)).toMatch(/1 Plan [━─]+ follow ●/);
    expect(await wheel(open, '1 Plan', -1)).not.toMatch(/1 Plan [━─]+ follow ●/);
  });

  it('Given another pane has the focus, then what is below the pointer scrolls, and the focus stays', async () => {
    await using open = await opened();
    await open.type('2');
    const detail = /3 Detail.*/.exec(open.terminal.text())?.[0];
    await wheel(open, '1 Plan', 8);
    expect(focused(open)).toContain('2 Checkpoints');
    expect(/3 Detail.*/.exec(open.terminal.text())?.[0]).toBe(detail);
    await open.type('1');
    await wheel(open, '3 Detail', -2);
    expect(focused(open)).toBe('1 Plan');
    expect(open.terminal.text()).not.toMatch(/lines · follow ●/);
  });

  it('Given the checkpoints, then going on is a journey: the plan is shown as of the one that stays in sight', async () => {
    await using open = await opened();
    const first = /\d+ +\S+ +\S+ +● by hand/.exec(open.terminal.text())?.[0];
    await wheel(open, '2 Checkpoints', 1);
    expect(/\d+ +\S+ +\S+ +● by hand/.exec(open.terminal.text())?.[0]).not.toBe(first);
    expect(open.terminal.text()).not.toContain('as of checkpoint');
    await open.type('2');
    await wheel(open, '2 Checkpoints', 3);
    expect(open.terminal.text()).toContain('1 Plan as of checkpoint');
    const last = open.terminal.text();
    expect(await wheel(open, '2 Checkpoints', 3)).toBe(last);
  });

  it('Given the checkpoints stand in one line, then the wheel has nothing to scroll there', async () => {
    await using open = await opened({ columns: 80, rows: 24 });
    const before = open.terminal.text();
    expect(await wheel(open, '2 Checkpoints', 2)).toBe(before);
    await click(open, '2 Checkpoints');
    expect(focused(open)).toContain('2 Checkpoints');
  });

  it('Given the keys, then they scroll; given a choice, then it moves by one', async () => {
    await using open = await opened({ rows: 28 });
    await open.type('?');
    const place = /lines (\d+) to /;
    const before = Number(place.exec(open.terminal.text())?.[1]);
    await wheel(open, 'Keys', 1);
    expect(Number(place.exec(open.terminal.text())?.[1])).toBe(before + 3);
    await open.press('\u001B');
    await open.type('s');
    const choice = selected(open);
    await wheel(open, '1 Plan', 1);
    expect(selected(open)).not.toBe(choice);
    await wheel(open, '1 Plan', -1);
    expect(selected(open)).toBe(choice);
  });

  it('Given a command line, then it is left alone', async () => {
    await using open = await opened();
    const typed = await open.type(':lis');
    expect(await wheel(open, '1 Plan', 1)).toBe(typed);
  });
});

describe('home', () => {
  const many = (home: FakeHome): void => {
    home.items = Array.from({ length: 40 }, (_, index) => homePlan(40 - index));
    home.found = Array.from({ length: 20 }, (_, index) => homeDocument(`doc-${index + 1}`));
  };
  async function openedHome(more: ConstructorParameters<typeof OpenHome>[0] = {}): Promise<OpenHome> {
    const open = new OpenHome({ with: many, mouse: true, ...more });
    await open.settle();
    return open;
  }

  it('Given clicks, then plans and documents are selected; elsewhere nothing', async () => {
    await using open = await openedHome();
    expect(open.terminal.mouse).toBe('vt200');
    await click(open, 'plan-37');
    expect(selected(open)).toContain('plan-37');
    await click(open, 'doc-3');
    expect(selected(open)).toContain('doc-3');
    await click(open, 'Documents to run');
    await open.type(sgr(0, { x: 3, y: 36 }));
    expect(selected(open)).toContain('doc-3');
  });

  it('Given the wheel, then the list below it scrolls, and the selection stays as long as it is in sight', async () => {
    await using open = await openedHome();
    await wheel(open, 'Documents to run', 1);
    expect(open.terminal.text()).not.toMatch(/doc-1 /);
    expect(selected(open)).toContain('plan-40');
    await wheel(open, ' Plans', 1);
    expect(selected(open)).toContain('plan-37');
    await click(open, 'doc-8');
    await wheel(open, ' Plans', -1);
    expect(open.terminal.text()).toContain('plan-40');
    expect(selected(open)).toContain('doc-8');
    await wheel(open, 'Documents to run', 9);
    expect(selected(open)).toContain('doc-1');
    expect(selected(open)).not.toContain('doc-8');
    const before = open.terminal.text();
    await open.type(sgr(65, { x: 3, y: 36 }));
    expect(open.terminal.text()).toBe(before);
  });

  it('Given plans of several folders, then the row of a folder is passed over', async () => {
    const two = (home: FakeHome): void => {
      home.items = Array.from({ length: 40 }, (_, index) =>
        homePlan(40 - index, { workspace: index < 2 ? '/home/me/first' : '/home/me/second' }),
      );
    };
    await using open = await openedHome({ with: two });
    await open.type('A');
    const before = await click(open, '/home/me/second');
    expect(selected(open)).toContain('plan-40');
    expect(before).toContain('/home/me/first');
    await click(open, 'plan-38');
    expect(selected(open)).toContain('plan-38');
    await click(open, 'plan-40');
    await wheel(open, ' Plans', 1);
    expect(selected(open)).toContain('plan-38');
    await click(open, 'plan-30');
    await wheel(open, ' Plans', -1);
    expect(open.terminal.text()).toContain('plan-40');
    expect(selected(open)).toContain('plan-30');
  });

  it('Given m, then it is read or not, and stays so when a plan is opened and left', async () => {
    await using open = await openedHome({ mouse: false });
    expect(open.terminal.mouse).toBe('none');
    const before = open.terminal.text();
    expect(await click(open, 'plan-37')).toBe(before);
    expect(await open.type('m')).toMatch(/click selects/);
    expect(open.terminal.text()).toContain('m mouse off');
    expect(await click(open, 'plan-37')).not.toMatch(/click selects/);
    await open.type('\r');
    expect(await open.shell.done).toMatchObject({ kind: 'open', memory: { mouse: true } });
    expect(open.terminal.mouse).toBe('none');
    const memory = {
      selected: planItemId(planId(3)),
      filter: '',
      everywhere: false,
      mouse: true,
      order: 'needs' as const,
    };
    await using again = await openedHome({ memory, mouse: false });
    expect(again.terminal.mouse).toBe('vt200');
    await again.type('m');
    expect(again.terminal.mouse).toBe('none');
  });

  it('Given what is open, then it has the wheel, and no click says yes', async () => {
    await using open = await openedHome({ rows: 14 });
    await open.type('?');
    const before = open.terminal.text();
    expect(await wheel(open, 'Keys', 1)).not.toBe(before);
    expect(await wheel(open, 'Keys', -1)).toBe(before);
    await open.press('\u001B');
    const asked = await open.type('D').then(() => open.settle());
    expect(await click(open, 'Delete')).toBe(asked);
    await wheel(open, 'Delete', 1);
    expect(open.terminal.text()).not.toBe(asked);
    await open.press('\u001B');
    const typed = await open.type('/plan');
    expect(await wheel(open, ' Plans', 1)).toBe(typed);
  });
});
