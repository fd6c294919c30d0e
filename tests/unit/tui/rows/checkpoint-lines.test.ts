import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { TRIGGERS, type Checkpoint, type Trigger } from '../../../../src/domain/checkpoint.ts';
import { checkpointRowLine } from '../../../../src/tui/rows/checkpoint-row-line.ts';
import { CheckpointRows, type CheckpointListOptions } from '../../../../src/tui/rows/checkpoint-rows.ts';
import type { CheckpointRow } from '../../../../src/tui/rows/checkpoint-row.ts';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { railLines } from '../../../../src/tui/rows/rail-lines.ts';
import type { Glyphs } from '../../../../src/tui/words/glyphs.ts';
import { stepName } from '../../../../src/tui/words/plan-names.ts';
import { clockTime } from '../../../../src/tui/words/time-text.ts';
import { id, type FakePlan } from '../../../support/fake-plan.ts';
import { ASCII, UNICODE } from '../store/hand-feed.ts';
import { CHILD, lineWidth, newPlan, read, releaseNotes, viewOf, withSubplan } from './views.ts';

const ALL = { filter: '', triggers: 'all', glyphs: UNICODE } as const;
const created = (): FakePlan => newPlan().created('demo', ['a']);

const checkpointRows = (view: PlanView, options: CheckpointListOptions): readonly CheckpointRow[] =>
  new CheckpointRows(view, options).slice(0, Infinity);

const LOOK = { width: 50, glyphs: UNICODE, selected: false, marked: false } as const;

/** Everything after a checkpoint is on a branch of its own from here on. */
function goesBack(plan: FakePlan, number: number): FakePlan {
  const checkpoint = viewOf(plan).checkpoints.at(number - 1) as Checkpoint;
  return plan.add('plan.rolled_back', {
    checkpoint_id: checkpoint.id,
    number,
    to_seq: checkpoint.seq,
    pre_rollback_id: null,
    scope: 'plan_and_files',
    changes: null,
    parts: [],
  });
}

function many(count: number, trigger: Trigger = 'on_tool_write'): FakePlan {
  const plan = created();
  for (let i = 0; i < count; i += 1) plan.checkpointed(trigger, { step_id: 'a' });
  return plan;
}

describe('the list of checkpoints', () => {
  const lines = (width: number): readonly string[] => {
    const plan = releaseNotes();
    const now = plan.time.now();
    return checkpointRows(viewOf(plan), ALL).map((row) =>
      read(
        checkpointRowLine(row, {
          width,
          glyphs: UNICODE,
          now,
          selected: row.checkpoint.number === 3,
          marked: row.checkpoint.number === 2,
        }),
      ).replace(clockTime(row.checkpoint.created_at), 'hh:mm:ss'),
    );
  };

  it('is that of the picture, newest first', () => {
    expect(lines(72)).toEqual([
      '    4  hh:mm:ss   2s  ✗ on error        packages/db › n1 ENOENT         ',
      '▌   3  hh:mm:ss   5s  ▷ before subplan  P2 packages/core                ',
      ' A  2  hh:mm:ss   5s  ◆ after write     T2 fs.write                     ',
      '    1  hh:mm:ss   6s  ◇ before write    T2 fs.write                     ',
    ]);
  });

  it.each([
    [50, ' A  2   5s  ◆ after write     T2 fs.write         '],
    [36, ' A  2   5s  ◆ after write T2 fs.wr… '],
    [10, ' A  2   5…'],
    [0, ''],
  ])('in %i cells leaves out what can be done without', (width, line) => {
    expect(lines(width)[2]).toBe(line);
  });

  it('takes exactly its width, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.integer({ min: 0, max: 130 }),
        (text, width) => {
          const plan = created().checkpointed('manual', { label: text, step_id: text, files_changed: 3 });
          const [row] = checkpointRows(viewOf(plan), ALL);
          if (!row) throw new Error('no row');
          const line = checkpointRowLine(row, { width, glyphs: ASCII, now: 0, selected: true, marked: true });
          expect(lineWidth(line)).toBe(width);
          expect(read(line)).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
        },
      ),
    );
  });

  it('says the label, the files, and the day of an older one', () => {
    const plan = created().checkpointed('manual', {
      label: 'mine',
      files_changed: 1,
      created_at: '2026-11-10T12:00:00.000Z',
    });
    plan.checkpointed('manual', { files_changed: 4 });
    const [newer, older] = checkpointRows(viewOf(plan), ALL).map((row) =>
      read(
        checkpointRowLine(row, {
          width: 72,
          glyphs: UNICODE,
          now: plan.time.now(),
          selected: false,
          marked: false,
        }),
      ),
    );
    expect(older).toBe('    1  11-10     10d  ● by hand         "mine"                  ±1 file ');
    expect(newer).toMatch(/ {2}±4 files $/);
  });

  it('says what is pinned, and what stands on a branch that a rollback left', () => {
    const plan = created().checkpointed('manual', { pinned: true }).checkpointed('interval');
    goesBack(plan, 1);
    plan.checkpointed('rollback');
    const look = (glyphs: Glyphs): readonly string[] =>
      checkpointRows(viewOf(plan), { ...ALL, glyphs }).map((row) =>
        read(checkpointRowLine(row, { ...LOOK, glyphs, now: plan.time.now() })),
      );
    expect(look(UNICODE)).toEqual([
      '    3   0s  ↶ rollback                            ',
      '  ╎ 2   0s  ○ interval                            ',
      '    1■  0s  ● by hand                             ',
    ]);
    expect(look(ASCII).map((line) => line.slice(0, 6))).toEqual(['    3 ', '  : 2 ', '    1^']);
    const tones = checkpointRows(viewOf(plan), ALL).map((row) =>
      checkpointRowLine(row, { ...LOOK, now: plan.time.now() }).find(({ text }) => /[↶○●]/.test(text)),
    );
    expect(tones.map((span) => span?.tone)).toEqual(['attention', 'dim', 'attention']);
  });

  it('is narrowed to a trigger and to a text', () => {
    const plan = releaseNotes();
    const view = viewOf(plan);
    const numbers = (filter: string, triggers: 'all' | Trigger = 'all'): readonly number[] =>
      checkpointRows(view, { filter, triggers, glyphs: UNICODE }).map(({ checkpoint }) => checkpoint.number);
    expect(numbers('')).toEqual([4, 3, 2, 1]);
    expect(numbers('', 'on_error')).toEqual([4]);
    expect(numbers('T2')).toEqual([2, 1]);
    expect(numbers('AFTER write')).toEqual([2]);
    expect(numbers('packages/db')).toEqual([4]);
    expect(numbers('3')).toEqual([3]);
    expect(numbers('nothing')).toEqual([]);
    expect(checkpointRows(viewOf(created()), ALL)).toEqual([]);
  });

  it('names the subplan, and keeps room for long numbers', () => {
    const plan = withSubplan().checkpointed('manual', { plan_id: CHILD, number: 12_345 });
    expect(checkpointRows(viewOf(plan), ALL)).toMatchObject([
      { planPath: 'per-package notes', numberCells: 5 },
    ]);
  });

  it('of 10,000 is made quickly', () => {
    const view = viewOf(many(10_000));
    const start = performance.now();
    expect(checkpointRows(view, { ...ALL, filter: 'write' })).toHaveLength(10_000);
    expect(checkpointRows(view, ALL)).toHaveLength(10_000);
    railLines(view, { width: 100, glyphs: UNICODE, selectedId: id('K5'), markedId: null });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('the rail', () => {
  const rail = (
    plan: FakePlan,
    width: number,
    {
      selected = null,
      marked = null,
      glyphs = UNICODE,
    }: { selected?: number | null; marked?: number | null; glyphs?: Glyphs } = {},
  ): readonly [string, string] => {
    const lines = railLines(viewOf(plan), {
      width,
      glyphs,
      selectedId: selected === null ? null : id(`K${selected}`),
      markedId: marked === null ? null : id(`K${marked}`),
    });
    return [read(lines.rail), read(lines.under)];
  };

  it.each([
    ['all fit', 6, 30, {}, '◇──◇──◇──◇──◇──◇ now', ''],
    ['all fit closer', 8, 19, {}, '◇─◇─◇─◇─◇─◇─◇─◇ now', ''],
    ['not all fit', 9, 19, {}, '‹◇─◇─◇─◇─◇─◇─◇ now', ''],
    ['an old one is selected', 20, 19, { selected: 2 }, '◇─◇─◇─◇─◇─◇─◇› now', '  ▲'],
    ['one in the middle is selected', 20, 19, { selected: 10 }, '‹◇─◇─◇─◇─◇─◇─◇› now', '       ▲'],
    ['one is selected, one is A', 4, 30, { selected: 4, marked: 2 }, '◇──◇──◇──◇ now', '   A     ▲'],
    ['the selected one is A', 2, 30, { selected: 2, marked: 2 }, '◇──◇ now', '   A'],
    ['the selected one is gone', 2, 30, { selected: 9 }, '◇──◇ now', ''],
    ['there is none', 0, 30, {}, ' now', ''],
    ['there is hardly room', 3, 6, {}, '‹ now', ''],
    ['there is no room', 3, 5, {}, '', ''],
    ['in ASCII', 9, 19, { selected: 9, glyphs: ASCII }, '<W-W-W-W-W-W-W now', '             ^'],
  ])('where %s', (_what, count, width, options, line, under) => {
    expect(rail(many(count), width, options)).toEqual([line, under]);
  });

  it('leads to what was left in another way', () => {
    const plan = goesBack(many(4), 2).checkpointed('rollback').checkpointed('manual');
    expect(rail(plan, 30)[0]).toBe('◇──◇┄┄◇┄┄◇──↶──● now');
    expect(rail(plan, 30, { glyphs: ASCII })[0]).toBe('W--W..W..W--<--m now');
  });

  it('is never wider than asked, and marks signs', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 40 }),
        fc.nat({ max: 60 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 40 }),
        (count, width, selected, marked) => {
          const [line, under] = rail(many(count), width, { selected, marked });
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
          // Every sign is one UTF-16 unit.
          for (let at = 0; at < under.length; at += 1) if (under[at] !== ' ') expect(line[at]).toBe('◇');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has a sign of one cell for every trigger', () => {
    for (const trigger of TRIGGERS) {
      for (const glyphs of [UNICODE, ASCII]) {
        expect(stringWidth(rail(many(1, trigger), 10, { glyphs })[0])).toBe(5);
      }
    }
  });
});

describe('the signs', () => {
  it('each take one cell, in both sets', () => {
    const leaves = (value: unknown): readonly string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(leaves);
    for (const glyphs of [UNICODE, ASCII]) {
      for (const sign of leaves(glyphs)) expect([sign, stringWidth(sign)]).toEqual([sign, 1]);
    }
    expect(leaves(ASCII).join('')).toMatch(/^[\u0020-\u007E]+$/);
  });

  it('also shorten long names in the log', () => {
    const plan = newPlan()
      .created('demo', [{ id: 'a', name: 'x'.repeat(80) }])
      .begins('a');
    const { tree, rootId } = viewOf(plan);
    const state = tree.plans.get(rootId);
    if (!state) throw new Error('no plan');
    expect(stepName(state, 'a')).toBe(`a ${'x'.repeat(39)}…`);
    expect(stepName(state, 'a', ASCII.ellipsis)).toBe(`a ${'x'.repeat(39)}~`);
    expect(viewOf(plan).log.last()?.line.text).toBe('a  write shell.run make');
  });
});
