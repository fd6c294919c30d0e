import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { treeRowLine } from '../../../../src/tui/rows/tree-row-line.ts';
import { treeRows, type TreeOptions } from '../../../../src/tui/rows/tree-rows.ts';
import type { TreeRow } from '../../../../src/tui/rows/tree-row.ts';
import { id, ROOT, type FakePlan } from '../../../support/fake-plan.ts';
import { ASCII, UNICODE } from '../store/hand-feed.ts';
import { CHILD, lineWidth, newPlan, read, releaseNotes, SUBPLAN, viewOf, withSubplan } from './views.ts';

function rowsIn(view: PlanView, now: number, options: Partial<TreeOptions> = {}): readonly TreeRow[] {
  return treeRows(view, { folds: new Map(), filter: '', keepOpen: null, glyphs: UNICODE, now, ...options });
}
function rowsOf(plan: FakePlan, options: Partial<TreeOptions> = {}): readonly TreeRow[] {
  return rowsIn(viewOf(plan), plan.time.now(), options);
}
const find = (rows: readonly TreeRow[], id: string): TreeRow => rows.find((row) => row.id === id) as TreeRow;
const names = (rows: readonly TreeRow[]): readonly string[] => rows.map(({ name }) => name);
const step = (id: string, plan = ROOT): string => `step:${plan}/${id}`;
const failure = { code: 'x', message: 'it broke\nbadly', hint: null };

describe('the rows of a plan', () => {
  it('are those of the picture', () => {
    const rows = rowsOf(releaseNotes());
    const lines = rows.map((row, i) =>
      read(treeRowLine(row, { width: 44, glyphs: UNICODE, selected: i === 7 })),
    );
    expect(lines).toEqual([
      ' ✓ Strategize                         12.4s ',
      ' ▾ ◐ Execute                           7.9s ',
      '   ✓ D1 choose changelog format  keep  1.2s ',
      '   ✓ T1 git.log                 write  0.4s ',
      '   ✓ T2 docs/CHANGES.md  write  ◇1 ◆2  0.9s ',
      '   ▾ ◐ P2 per-package notes        ▷3  5.4s ',
      '     ▾ ◐ packages/db        retry 1/3  5.4s ',
      '▌      ✗ n1  ENOENT: no such file  ✗4  3.3s ',
      '       ◐ n2          write  attempt 2  2.1s ',
      '   · P3 publish                       write ',
      '   ? T9 git.tag           waits for you [a] ',
    ]);
  });

  it('are the same in ASCII, sign by sign', () => {
    const rows = rowsOf(releaseNotes(), { glyphs: ASCII });
    const lines = rows.map((row, i) =>
      read(treeRowLine(row, { width: 44, glyphs: ASCII, selected: i === 7 })),
    );
    expect(lines.slice(5, 8)).toEqual([
      '   v * P2 per-package notes        s3  5.4s ',
      '     v * packages/db        retry 1/3  5.4s ',
      '>      x n1  ENOENT: no such file  e4  3.3s ',
    ]);
    expect(lines.join('')).toMatch(/^[\u0020-\u007E]*$/);
  });

  it('show what ran when a rollback went there as waiting for its turn', () => {
    const plan = newPlan().created('demo', ['a', 'b']).runs().begins('a');
    const part = { plan_id: ROOT, section: 'plan', key: 'state', ord: 0, value: 'queued', gone: false };
    plan.add('plan.rolled_back', {
      checkpoint_id: 'C',
      number: 1,
      to_seq: 1,
      pre_rollback_id: null,
      scope: 'plan_and_files',
      changes: null,
      parts: [part],
    });
    plan.time.advance(60_000);
    const row = find(rowsOf(plan), step('a'));
    expect(row).toMatchObject({ glyph: UNICODE.step.pending, duration: '', running: false });
  });

  it('show a subplan that ran then in the same way', () => {
    const plan = withSubplan().begins('k1', { planId: CHILD });
    plan.add('plan.phase_changed', { phase: 'execute', state: 'queued' });
    plan.time.advance(60_000);
    const rows = rowsOf(plan, { folds: new Map([[step('kids'), true]]) });
    const [subplan, first] = [find(rows, `subplan:${SUBPLAN}`), find(rows, step('k1', CHILD))];
    expect(subplan).toMatchObject({ glyph: UNICODE.plan.queued, duration: '', running: false });
    expect(first).toMatchObject({ glyph: UNICODE.step.pending, running: false });
  });

  it('show a failure that stops nothing as one that is allowed', () => {
    const plan = newPlan().created('demo', ['a', 'b']).runs().fails('a', 'it broke', ROOT, true);
    expect(find(rowsOf(plan), step('a'))).toMatchObject({
      glyph: '✗',
      tone: 'attention',
      info: 'allowed  it broke',
      failed: false,
    });
    expect(find(rowsOf(plan.fails('b', 'no')), step('b'))).toMatchObject({ tone: 'bad', failed: true });
  });

  it('say what was decided before it was corrected', () => {
    const plan = newPlan()
      .created('demo', [{ id: 'a', kind: 'decide' }])
      .runs();
    plan.waits('a', 'Which?', [], 'full');
    expect(find(rowsOf(plan), step('a')).info).toBe('full');
    const asked = plan.events.at(-1);
    if (asked?.type !== 'decision.made') throw new Error('no decision');
    const { decision } = asked.payload;
    plan.add('decision.made', { decision: { ...decision, id: id('NEW'), chosen: 'short' } });
    rowsOf(plan);
    plan.add('decision.superseded', { decision_id: decision.id, by: id('NEW') });
    expect(find(rowsOf(plan), step('a')).info).toBe('short (was full)');
  });

  it('show earlier attempts to whoever unfolds the step', () => {
    const plan = newPlan().created('demo', ['a']).runs();
    plan.add('step.started', { step_id: 'a', attempt: 1 }).checkpointed('on_error', { step_id: 'a' });
    plan.time.advance(1000);
    plan.add('step.retried', { step_id: 'a', error: failure, delay_ms: 0 });
    const once = rowsOf(plan);
    expect(find(once, step('a')).fold).toBe('leaf');
    plan.add('step.started', { step_id: 'a', attempt: 2 });
    const folded = rowsOf(plan);
    expect(find(folded, step('a'))).toMatchObject({ fold: 'folded', running: true });
    const open = rowsOf(plan, { folds: new Map([[step('a'), true]]) });
    expect(find(open, step('a'))).toMatchObject({ fold: 'open', running: true });
    expect(open.at(-1)).toMatchObject({
      name: 'attempt 1',
      glyph: '✗',
      info: 'it broke',
      duration: '1.0s',
      marks: [],
      failed: false,
      node: { kind: 'step', planId: ROOT, stepId: 'a' },
    });
    expect(rowsOf(plan, { keepOpen: open.at(-1)?.id ?? null })).toHaveLength(open.length);
    plan.add('step.started', { step_id: 'a', attempt: 3 });
    const all = rowsOf(plan, { folds: new Map([[step('a'), true]]) });
    expect(all.at(-1)).toMatchObject({ name: 'attempt 2', glyph: '⊘', info: '', duration: '' });
  });

  it('are none before the first event', () => {
    expect(rowsOf(newPlan())).toEqual([]);
  });

  it('keep their ids, and name their parents', () => {
    const rows = rowsOf(withSubplan());
    expect(rows.map(({ id, parentId, depth }) => [id, parentId, depth])).toEqual([
      ['phase:strategize', null, 0],
      ['phase:execute', null, 0],
      [step('a'), 'phase:execute', 1],
      [step('kids'), 'phase:execute', 1],
      [`subplan:${SUBPLAN}`, step('kids'), 2],
      [step('k1', CHILD), `subplan:${SUBPLAN}`, 3],
      [step('k2', CHILD), `subplan:${SUBPLAN}`, 3],
      [step('z'), 'phase:execute', 1],
    ]);
    expect(find(rows, `subplan:${SUBPLAN}`).node).toEqual({
      kind: 'subplan',
      planId: CHILD,
      subplanId: SUBPLAN,
      parentPlanId: ROOT,
    });
  });

  it('mean the innermost one by the running and by the failed row', () => {
    const running = (rows: readonly TreeRow[]): readonly string[] =>
      rows.filter((row) => row.running).map(({ id }) => id);
    const plan = withSubplan();
    expect(running(rowsOf(plan))).toEqual([`subplan:${SUBPLAN}`]);
    plan.begins('k1', { planId: CHILD });
    expect(running(rowsOf(plan))).toEqual([step('k1', CHILD)]);
    expect(running(rowsOf(plan, { folds: new Map([[step('kids'), false]]) }))).toEqual([step('kids')]);
    plan.fails('k1', 'broken', CHILD).add('subplan.failed', { subplan_id: SUBPLAN, error: failure });
    expect(
      rowsOf(plan)
        .filter((row) => row.failed)
        .map(({ id }) => id),
    ).toEqual([step('k1', CHILD)]);
  });
});

describe('what stands beside a name', () => {
  const info = (plan: FakePlan, id = step('a')): readonly string[] => {
    const row = find(rowsOf(plan), id);
    return [row.glyph, row.info, row.infoTone, row.duration];
  };
  const begun = (): FakePlan => {
    const plan = newPlan()
      .created('demo', [{ id: 'a', name: 'a' }, 'b'])
      .runs()
      .begins('a');
    plan.time.advance(1500);
    return plan;
  };

  it.each<[string, (plan: FakePlan) => unknown, readonly string[]]>([
    ['runs', () => undefined, ['◐', 'write', 'dim', '1.5s']],
    ['is complete', (plan) => plan.ends('a'), ['✓', 'write', 'dim', '1.5s']],
    ['failed', (plan) => plan.fails('a', 'it broke\nbadly'), ['✗', 'it broke', 'bad', '1.5s']],
    [
      'is tried again',
      (plan) => plan.add('step.retried', { step_id: 'a', error: failure, delay_ms: 1 }),
      ['◐', 'again: it broke', 'attention', '1.5s'],
    ],
    [
      'runs again',
      (plan) => plan.add('step.started', { step_id: 'a', attempt: 3 }),
      ['◐', 'write  attempt 3', 'dim', '1.5s'],
    ],
    [
      'was skipped',
      (plan) => plan.add('step.skipped', { step_id: 'a', reason: 'if: no' }),
      ['⊘', 'if: no', 'dim', '1.5s'],
    ],
    [
      'was cancelled',
      (plan) => plan.add('plan.cancelled', { reason: 'by hand', by: null }),
      ['⊘', 'by hand', 'dim', '1.5s'],
    ],
    [
      'is put back',
      (plan) => plan.add('plan.paused', { reason: 'person', by: null }),
      ['·', 'write', 'dim', ''],
    ],
    ['waits', (plan) => plan.waits('a', 'Which?', []), ['?', 'waits for you [a]', 'attention', '']],
    [
      'was answered',
      (plan) => plan.waits('a', 'Which?', [], { left: true }),
      ['◐', '{"left":true}', 'plain', '1.5s'],
    ],
    [
      'failed while it waited',
      (plan) => plan.waits('a', 'Which?', []).fails('a', 'late'),
      ['✗', 'late', 'bad', '1.5s'],
    ],
  ])('of a step that %s', (_what, happen, expected) => {
    const plan = begun();
    happen(plan);
    expect(info(plan)).toEqual(expected);
  });

  it.each<[string, (plan: FakePlan) => unknown, readonly string[]]>([
    ['runs', () => undefined, ['◐', '', 'dim', '']],
    [
      'runs again',
      (plan) =>
        plan
          .add('subplan.retried', { subplan_id: SUBPLAN, plan_id: CHILD, error: failure })
          .add('subplan.started', { subplan_id: SUBPLAN, attempt: 2 }),
      ['◐', 'retry 1/3  it broke', 'attention', ''],
    ],
    [
      'failed',
      (plan) => plan.add('subplan.failed', { subplan_id: SUBPLAN, error: failure }),
      ['✗', 'it broke', 'bad', ''],
    ],
    [
      'has run',
      (plan) =>
        plan
          .begins('k1', { planId: CHILD })
          .ends('k1', { planId: CHILD })
          .add('subplan.completed', { subplan_id: SUBPLAN }),
      ['✓', '2 steps', 'dim', '0.0s'],
    ],
  ])('of a subplan that %s', (_what, happen, expected) => {
    const plan = withSubplan();
    happen(plan);
    const row = find(rowsOf(plan, { folds: new Map([[step('kids'), true]]) }), `subplan:${SUBPLAN}`);
    expect([row.glyph, row.info, row.infoTone, row.duration]).toEqual(expected);
  });

  it('of a subplan whose plan is not there yet is nothing', () => {
    const plan = newPlan().created('demo', ['a']).runs();
    plan.add('subplan.spawned', {
      subplan_id: SUBPLAN,
      plan_id: CHILD,
      step_id: 'a',
      name: 'kid',
      max_retries: 0,
    });
    const rows = rowsOf(plan, { folds: new Map([[step('a'), true]]) });
    expect(find(rows, `subplan:${SUBPLAN}`)).toMatchObject({
      fold: 'leaf',
      duration: '',
      info: '',
      glyph: '·',
    });
  });

  it('are the last four checkpoints of a step', () => {
    const plan = begun();
    for (let i = 0; i < 6; i += 1) plan.checkpointed('on_tool_write', { step_id: 'a' });
    plan.checkpointed('manual').checkpointed('manual', { step_id: 'a', plan_id: ROOT });
    expect(find(rowsOf(plan), step('a')).marks).toEqual([
      { glyph: '◇', number: 4 },
      { glyph: '◇', number: 5 },
      { glyph: '◇', number: 6 },
      { glyph: '●', number: 8 },
    ]);
  });

  it.each([
    ['plan.paused', { reason: 'person', by: null }, '‖'],
    ['plan.failed', { error: failure }, '✗'],
    ['plan.cancelled', { reason: 'x', by: null }, '⊘'],
    ['plan.completed', { outputs: {} }, '✓'],
  ] as const)('of the phase after %s is the sign of the plan', (type, payload, glyph) => {
    expect(info(begun().add(type, payload as never), 'phase:execute')[0]).toBe(glyph);
  });
});

describe('folding', () => {
  const done = (): FakePlan => {
    const plan = withSubplan();
    for (const k of ['k1', 'k2']) plan.begins(k, { planId: CHILD }).ends(k, { planId: CHILD });
    return plan
      .add('plan.completed', { outputs: {} }, CHILD)
      .add('subplan.completed', { subplan_id: SUBPLAN })
      .add('step.completed', { step_id: 'kids', call_id: null, output: null });
  };
  const folds = (rows: readonly TreeRow[]): readonly string[] =>
    rows.filter(({ fold }) => fold !== 'leaf').map(({ id, fold }) => `${id.split(/[/:]/).at(-1)} ${fold}`);

  it.each<[string, (plan: FakePlan) => unknown]>([
    ['runs', (plan) => plan.begins('k1', { planId: CHILD })],
    ['failed', (plan) => plan.fails('k1', 'x', CHILD)],
    ['rests half done', (plan) => plan.add('plan.paused', { reason: 'person', by: null })],
  ])('leaves a branch open that %s', (_what, happen) => {
    const plan = withSubplan();
    happen(plan);
    const rows = folds(rowsOf(plan));
    expect(rows).toEqual(['execute open', 'kids open', `${SUBPLAN} open`]);
  });

  it('shows a subplan that rests as paused, and in line again when the plan goes on', () => {
    const paused = withSubplan().add('plan.paused', { reason: 'person', by: null });
    expect(find(rowsOf(paused), `subplan:${SUBPLAN}`).glyph).toBe('‖');
    const resumed = paused.add('plan.resumed', { by: null });
    expect(find(rowsOf(resumed), `subplan:${SUBPLAN}`).glyph).toBe('·');
  });

  it('closes what has ended, and says how much is inside', () => {
    const rows = rowsOf(done());
    expect(folds(rows)).toEqual(['execute open', 'kids folded']);
    const line = treeRowLine(find(rows, step('kids')), { width: 40, glyphs: UNICODE, selected: false });
    expect(read(line)).toBe('   ▸ ✓ kids                 write  0.0s ');
  });

  it('counts what a folded branch hides, and what waits in it', () => {
    const plan = withSubplan();
    const folded = { folds: new Map([[`subplan:${SUBPLAN}`, false]]) };
    expect(find(rowsOf(plan, folded), `subplan:${SUBPLAN}`)).toMatchObject({ info: '2 steps', waits: false });
    expect(find(rowsOf(withSubplan(['k1']), folded), `subplan:${SUBPLAN}`).info).toBe('1 step');
    plan.waits('a', 'Which?', []);
    const asked = plan.events.pop();
    if (asked?.type !== 'decision.made') throw new Error('no question');
    plan.add('decision.made', { decision: { ...asked.payload.decision, step_id: 'k1' } }, CHILD);
    expect(find(rowsOf(plan, folded), `subplan:${SUBPLAN}`)).toMatchObject({
      info: '2 steps, 1 waiting',
      infoTone: 'attention',
      waits: true,
    });
  });

  it('is what a person chose, else never hides the row to keep', () => {
    const plan = done();
    const open = new Map([[step('kids'), true]]);
    expect(folds(rowsOf(plan, { folds: open }))).toEqual(['execute open', 'kids open', `${SUBPLAN} folded`]);
    expect(folds(rowsOf(plan, { keepOpen: step('k2', CHILD) }))).toEqual([
      'execute open',
      'kids open',
      `${SUBPLAN} open`,
    ]);
    expect(
      folds(rowsOf(plan, { keepOpen: step('k2', CHILD), folds: new Map([['phase:execute', false]]) })),
    ).toEqual(['execute folded']);
  });
});

describe('a filter', () => {
  it('leaves the rows that have the text, and what leads to them', () => {
    const plan = withSubplan(['alpha', 'beta']);
    expect(names(rowsOf(plan, { filter: 'BETA', folds: new Map([[step('kids'), false]]) }))).toEqual([
      'Execute',
      'kids',
      'per-package notes',
      'beta',
    ]);
    expect(names(rowsOf(plan, { filter: 'strateg' }))).toEqual(['Strategize']);
    expect(rowsOf(plan, { filter: 'nothing like it' })).toEqual([]);
  });

  it('also looks at what stands beside the name', () => {
    const plan = withSubplan().fails('a', 'ENOENT: gone');
    expect(names(rowsOf(plan, { filter: 'enoent' }))).toEqual(['Execute', 'a']);
  });
});

describe('a row in few cells', () => {
  const anyName = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.string({ unit: 'grapheme', maxLength: 50 }),
  );

  it('takes exactly its width, whatever is in it', () => {
    fc.assert(
      fc.property(
        anyName,
        anyName,
        fc.integer({ min: 0, max: 100 }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        (name, message, width, depth, selected) => {
          const plan = newPlan()
            .created('demo', [{ id: 'a', name }])
            .runs()
            .begins('a')
            .fails('a', message);
          for (let i = 0; i < 5; i += 1) plan.checkpointed('manual', { step_id: 'a' });
          const row = { ...find(rowsOf(plan), step('a')), depth };
          const line = treeRowLine(row, { width, glyphs: UNICODE, selected });
          expect(lineWidth(line)).toBe(width);
          expect(read(line)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/);
        },
      ),
    );
  });

  it.each([
    [60, '   ✗ a pack a name that is long  ENOENT: no such fil…  0.0s '],
    [44, '   ✗ a pack a name that…  ENOENT: no…  0.0s '],
    [30, '   ✗ a pack a name…  ●4  0.0s '],
  ])('of %i keeps the name its share', (width, shown) => {
    const plan = newPlan()
      .created('demo', [{ id: 'a', name: 'pack a name that is long' }])
      .runs()
      .begins('a');
    plan.fails('a', 'ENOENT: no such file or directory');
    for (let i = 0; i < 4; i += 1) plan.checkpointed('manual', { step_id: 'a' });
    const text = read(
      treeRowLine(find(rowsOf(plan), step('a')), { width, glyphs: UNICODE, selected: false }),
    );
    expect(text).toBe(shown);
  });
});

describe('a large plan', () => {
  it('of 1,000 steps and 10,000 checkpoints stays quick', () => {
    const plan = newPlan()
      .created(
        'demo',
        Array.from({ length: 1000 }, (_, i) => `s${i}`),
      )
      .runs();
    for (let i = 0; i < 10_000; i += 1) plan.checkpointed('interval', { step_id: `s${i % 1000}` });
    const view = viewOf(plan);
    rowsIn(view, plan.time.now());
    const start = performance.now();
    for (let i = 0; i < 10; i += 1) expect(rowsIn(view, plan.time.now())).toHaveLength(1002);
    expect((performance.now() - start) / 10).toBeLessThan(200);
  });
});
