import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/checkpoint.ts';
import { splitKeys } from '../../../../src/tui/keys/split-keys.ts';
import { checkpointRowLine } from '../../../../src/tui/rows/checkpoint-row-line.ts';
import { headerLine } from '../../../../src/tui/rows/header-line.ts';
import { railLines } from '../../../../src/tui/rows/rail-lines.ts';
import { ScreenModels, type ScreenModel } from '../../../../src/tui/screens/screen-model.ts';
import { GrowingTimeline } from '../../../../src/tui/store/growing-timeline.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { INITIAL_UI } from '../../../../src/tui/ui/ui-state.ts';
import type { UiInputEvent } from '../../../../src/tui/ui/ui-step.ts';
import { UNICODE } from '../store/hand-feed.ts';
import { ROOT, Stage } from '../ui/ui-stage.ts';

const size = { columns: 120, rows: 36 };

/** A screen over so many checkpoints, and how often one of them was asked anything. */
class CountingScreen {
  reads = 0;
  readonly #growing = new GrowingTimeline();
  readonly #view = Stage.begin().view();
  readonly #models: ScreenModels;
  #ui = INITIAL_UI;
  #count = 0;

  constructor(count: number) {
    const { tree } = this.#view;
    const unread = (): undefined => undefined;
    const files = { list: unread, compare: unread, patch: unread, counts: unread };
    this.#models = new ScreenModels(UNICODE, { snapshot: () => undefined, treeAt: () => tree, files }, 38);
    for (let n = 0; n < count; n += 1) this.add();
    this.send({ kind: 'view-changed' });
  }

  add(): void {
    this.#count += 1;
    const number = this.#count;
    const parts = { id: `c${number}`, number, seq: number, plan_id: ROOT, step_id: 'T1', bytes: 1 };
    const rest = { tree_hash: null, parent_id: null, capture: { status: 'none' }, trigger: 'interval' };
    const created = { created_at: '2026-11-21T02:00:00.000Z', metadata: {}, files_changed: null };
    const counted = new Proxy(
      { ...parts, ...rest, ...created, tool: null, label: null, outcome: null },
      {
        get: (target, key) => {
          this.reads += 1;
          return Reflect.get(target, key) as unknown;
        },
      },
    );
    this.#growing.add(counted as unknown as Checkpoint);
  }

  press(keys: string): void {
    for (const press of splitKeys(keys, {})) this.send(press);
  }

  send(input: UiInputEvent): void {
    for (const one of [input, { kind: 'view-changed' } as const]) {
      const model = this.model();
      const rest = { shown: model.shown, ownsRun: true, now: 0, patchLines: [] };
      this.#ui = stepUi(this.#ui, one, { ...model, ...rest }).state;
    }
    this.#draw(this.model());
  }

  model(): ScreenModel {
    const view = { ...this.#view, checkpoints: this.#growing.value() };
    return this.#models.derive({ view, ui: this.#ui, size, now: 0, pastRead: 0 });
  }

  #draw({ view, checkpointRows, ui }: ScreenModel): void {
    const shown = { glyphs: UNICODE, width: 70, now: 0 };
    for (const row of checkpointRows.slice(ui.checkpointTop, ui.checkpointTop + 8))
      checkpointRowLine(row, { ...shown, selected: row.id === ui.checkpointSelected, marked: false });
    railLines(view, { ...shown, selectedId: ui.checkpointSelected, markedId: ui.mark });
    headerLine(view, shown);
  }
}

const happenings: readonly (readonly [string, string, (screen: CountingScreen) => void])[] = [
  ...['j', 'k', 'g', 'G', '\u0004', ' ', ',', 'd', 'v', '12'].map(
    (keys) =>
      [`the key ${JSON.stringify(keys)}`, '2jjj', (screen: CountingScreen) => screen.press(keys)] as const,
  ),
  ...(['', '2jjj', '2Gk', '2/c\rj', '2jjj1'] as const).map(
    (before) =>
      [
        `an event after ${JSON.stringify(before)}`,
        before,
        (screen: CountingScreen) => {
          screen.add();
          screen.send({ kind: 'view-changed' });
        },
      ] as const,
  ),
];

describe('100,000 checkpoints', () => {
  const [few, many] = [100, 100_000].map((count) => new CountingScreen(count));

  it.each(happenings)('cost %s hardly more than 100 do', (_name, before, happens) => {
    const [little, much] = [few, many].map((screen) => {
      if (!screen) throw new Error('no screen');
      screen.press(`\u001B1\u001B\u001B`);
      screen.press(before);
      screen.reads = 0;
      happens(screen);
      const { reads } = screen;
      screen.press('\u001B');
      return reads;
    });
    // A search by halves takes 17 looks in place of 7.
    expect(much).toBeLessThanOrEqual(3 * (little ?? 0));
    expect(little).toBeGreaterThan(0);
  });

  it('are found by what is typed, and what was found is not looked for again', () => {
    const screen = many as CountingScreen;
    screen.press('2/99');
    const { count } = screen.model().checkpointRows;
    screen.reads = 0;
    screen.press('9');
    expect(screen.reads).toBeLessThan(20 * count);
    expect(screen.model().checkpointRows.at(0)?.checkpoint.number).toBe(99_999);
  });
});
