import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { snapshotOf } from '../../../../src/domain/state-snapshot.ts';
import type { DecisionState, PlanState } from '../../../../src/domain/plan-state.ts';
import { decisionLines } from '../../../../src/tui/detail/decision-lines.ts';
import { DETAIL_TABS } from '../../../../src/tui/detail/detail-tabs.ts';
import { diffLines } from '../../../../src/tui/detail/diff-lines.ts';
import { nodeStateLines, stateLines } from '../../../../src/tui/detail/state-lines.ts';
import { namedValue } from '../../../../src/tui/detail/value-lines.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';
import type { NodeRef } from '../../../../src/tui/rows/tree-row.ts';
import { clockTime, dayText } from '../../../../src/tui/words/time-text.ts';
import { id, ROOT, type FakePlan } from '../../../support/fake-plan.ts';
import { CHILD, newPlan, read, releaseNotes, SUBPLAN, viewOf, withSubplan } from '../rows/views.ts';
import { UNICODE } from '../store/hand-feed.ts';

const GLYPHS = { glyphs: UNICODE };
const texts = (lines: readonly Line[]): readonly string[] => lines.map(read);
const stepNode = (stepId: string): NodeRef => ({ kind: 'step', planId: ROOT, stepId });
const snapshot = (plan: FakePlan): JsonObject => snapshotOf(viewOf(plan).tree.plans.get(ROOT) as PlanState);

it('has the tabs that exist', () => {
  expect(DETAIL_TABS).toEqual(['log', 'diff', 'state', 'decision', 'files']);
});

describe('decisions', () => {
  const asked = (change: Partial<DecisionState>): FakePlan => {
    const plan = newPlan().created('demo', ['a', 'b']).runs();
    const options = [
      { id: 'left', description: 'the short way' },
      { id: 'right', description: null },
    ];
    plan.waits('a', 'Which way?', options);
    const event = plan.events.pop();
    if (event?.type !== 'decision.made') throw new Error('no question');
    return plan.add('decision.made', { decision: { ...event.payload.decision, ...change } });
  };
  const time = clockTime('2026-11-21T02:00:00.000Z');

  it('are shown with question, options, reason, confidence and maker', () => {
    const plan = asked({ chosen: 'left', rationale: 'it is shorter', confidence: 0.834, by: 'model' });
    expect(texts(decisionLines(viewOf(plan), stepNode('a'), GLYPHS))).toEqual([
      '✓ Which way?  a',
      '  ✓ left  the short way',
      '  · right',
      '  why: it is shorter',
      `  by model, 83% sure, at ${time}`,
    ]);
  });

  it('that wait say for whom', () => {
    expect(texts(decisionLines(viewOf(asked({})), stepNode('a'), GLYPHS))).toEqual([
      '? Which way?  a',
      '  · left  the short way',
      '  · right',
      `  waits for you [a], asked at ${time}`,
    ]);
  });

  it('say when they were answered, not when they were asked', () => {
    const plan = asked({});
    plan.time.advance(5000);
    plan.waits('a', 'Which way?', [], 'left');
    const lines = texts(decisionLines(viewOf(plan), stepNode('a'), GLYPHS));
    expect(lines.at(-1)).toBe(`  by you, at ${clockTime('2026-11-21T02:00:05.000Z')}`);
  });

  it('without options show the answer; of a plan all stand one after the other, also those decided anew', () => {
    const plan = asked({ options: [], chosen: { x: 1 }, step_id: null, type: 'strategy_choice' });
    plan.add('decision.superseded', { decision_id: id('DA'), by: id('DB') });
    plan.waits('b', 'And now?', [], 7).add('decision.superseded', { decision_id: id('DB'), by: id('DQ') });
    expect(texts(decisionLines(viewOf(plan), null, GLYPHS))).toEqual([
      '✓ Which way?  strategy_choice',
      '  {"x":1}',
      `  by you, at ${time}`,
      '  ↶ decided anew: 7',
      '',
      '✓ And now?  b',
      '  7',
      `  by you, at ${time}`,
      `  ↶ decided anew: ${id('DQ').slice(-8)}`,
    ]);
  });

  it('that are not there are said to be not there', () => {
    expect(texts(decisionLines(viewOf(asked({})), stepNode('b'), GLYPHS))).toEqual([
      'this step decides nothing',
    ]);
    expect(texts(decisionLines(viewOf(newPlan()), null, GLYPHS))).toEqual(['nothing is decided yet']);
    expect(
      texts(
        decisionLines(viewOf(newPlan().created('demo', ['a'])), { kind: 'phase', phase: 'execute' }, GLYPHS),
      ),
    ).toEqual(['nothing is decided yet']);
  });
});

const STARTED = '2026-11-21T02:00:00.000Z';

describe('states', () => {
  it('are shown section by section', () => {
    const plan = releaseNotes().add('context.set', { key: 'tone', value: 'calm' });
    plan.add('step.skipped', { step_id: 'P3', reason: 'if: no' });
    plan.add('subplan.failed', {
      subplan_id: SUBPLAN,
      error: { code: 'x', message: 'it broke', hint: null },
    });
    expect(texts(stateLines(snapshot(plan), GLYPHS))).toEqual([
      'execute/processing',
      '  cursor: T9',
      '',
      'Steps (6)',
      '  ✓ D1  complete',
      '  ✓ T1  complete',
      '  ✓ T2  complete',
      '  ◐ P2  running',
      '  ⊘ P3  skipped  if: no',
      '  ◐ T9  running',
      '',
      'Decisions (2)',
      '  ✓ D1  Which format?  keep (you)',
      '  ? T9  Tag it?  waits',
      '',
      'Subplans (1)',
      '  ✗ packages/db  errored  attempt 2 of 4  it broke',
      '',
      'Context (1)',
      '  tone: calm',
      '',
      'Outputs (3)',
      '  D1: keep',
      '  T1: {}',
      '  T2: {}',
      '',
      'Tool calls (2)',
      '  git.log of T1  write  attempt 1  complete',
      '  fs.write of T2  write  attempt 1  complete',
    ]);
  });

  it('of a step are its values, its output and its calls', () => {
    const plan = newPlan().created('demo', ['a']).runs().begins('a');
    plan.add('step.started', { step_id: 'a', attempt: 2 });
    plan.add('tool.failed', {
      call_id: id('CA'),
      error: { code: 'x', message: 'it broke\non two lines', hint: 'try again' },
      result: { exit_code: 2 },
      tree_after: null,
    });
    plan.fails('a', 'it broke');
    expect(texts(nodeStateLines(viewOf(plan), stepNode('a'), GLYPHS))).toEqual([
      '✗ a  failed  attempt 2  it broke',
      '  kind: run',
      '  name: a',
      '  effect: write',
      '  status: failed',
      '  attempt: 2',
      `  started_at: ${dayText(STARTED)} ${clockTime(STARTED)}`,
      `  ended_at: ${dayText(STARTED)} ${clockTime(STARTED)}`,
      '  error: it broke  tool_failed',
      '',
      'Tool calls (1)',
      '  shell.run of a  write  attempt 1  failed',
      '  error: it broke  x',
      '    on two lines',
      '    try again',
      '  result: {"exit_code":2}',
    ]);
    const done = releaseNotes();
    expect(texts(nodeStateLines(viewOf(done), stepNode('T1'), GLYPHS))).toContain('Output (1)');
  });

  it('of anything larger are those of its plan', () => {
    const view = viewOf(withSubplan());
    const child: NodeRef = { kind: 'subplan', planId: CHILD, subplanId: SUBPLAN, parentPlanId: ROOT };
    expect(texts(nodeStateLines(view, child, GLYPHS))).toContain('Steps (2)');
    expect(texts(nodeStateLines(view, null, GLYPHS))).toContain('Steps (3)');
    expect(texts(nodeStateLines(view, { kind: 'phase', phase: 'execute' }, GLYPHS))).toContain(
      'Subplans (1)',
    );
    expect(texts(nodeStateLines(view, { ...child, planId: id('NONE') }, GLYPHS))).toEqual([
      'this subplan has not begun',
    ]);
    expect(texts(nodeStateLines(view, stepNode('nowhere'), GLYPHS))).toEqual([
      'this step is not in the plan any more',
    ]);
  });

  it('that are almost empty say so in one line', () => {
    expect(texts(stateLines({}, GLYPHS))).toEqual(['null/null']);
  });
});

const LONG = { at: 'here', text: 'one\ntwo', of: 'x'.repeat(60) };

describe('a value', () => {
  it.each([
    ['a text', 'calm', ['  k: calm']],
    ['a text of lines', 'one\ntwo\x1b', ['  k: ', '    one', '    two\\x1b']],
    ['a long list', Array.from({ length: 30 }, (_, i) => `item ${i}`), 33],
    [
      'a long object',
      LONG,
      ['  k: ', '    at: here', '    text: ', '      one', '      two', `    of: ${'x'.repeat(60)}`],
    ],
    ['an endless object', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i])), 202],
    ['an endless list', Array.from({ length: 1000 }, (_, i) => `item ${i}`), 202],
  ])('that is %s has its lines', (_what, value, expected) => {
    const lines = texts(namedValue('k', value, '  '));
    if (typeof expected === 'number') expect(lines).toHaveLength(expected);
    else expect(lines).toEqual(expected);
  });

  it('that is endless says that there is more', () => {
    expect(texts(namedValue('k', 'x\n'.repeat(1000), '')).at(-1)).toBe('  more is not shown here');
  });
});

describe('the difference of two checkpoints', () => {
  const sides = (before: JsonObject, after: JsonObject) => ({
    a: { title: 'ckpt 9', snapshot: before },
    b: { title: 'ckpt 12', snapshot: after },
  });

  it('begins with a summary, then has each change with what was and what is', () => {
    const before = withSubplan().begins('a');
    const after = withSubplan()
      .begins('a')
      .ends('a', { result: { ok: true } });
    after
      .add('subplan.completed', { subplan_id: SUBPLAN })
      .add('context.set', { key: 'tone', value: 'calm' });
    after.waits('z', 'Which?', [], 'left');
    const lines = diffLines(sides(snapshot(before), snapshot(after)), GLYPHS);
    expect(texts(lines).filter((line) => !/^ +[-+] \w+_at:/.test(line))).toEqual([
      'state: 1 decision +1 · 3 steps ~1 · 1 tool call ~1 · 1 subplan ~1 · context +1 key · outputs +1',
      '--- A  ckpt 9',
      '+++ B  ckpt 12',
      '',
      'Decisions',
      '+ z',
      expect.stringMatching(/^ {4}\+ \{"id":/),
      '',
      'Steps',
      '~ a',
      '    - status: running',
      '    + status: complete',
      '',
      'Tool calls',
      '~ shell.run of a',
      '    - status: running',
      '    + status: complete',
      '    - outcome: null',
      '    + outcome: ok',
      '    - result: null',
      '    + result: {"ok":true}',
      '',
      'Subplans',
      '~ per-package notes',
      '    - status: processing',
      '    + status: complete',
      '',
      'Context',
      '+ tone',
      '    + calm',
      '',
      'Outputs',
      '+ a',
      '    + {"ok":true}',
    ]);
    const tones = new Map(lines.flat().map(({ text, tone }) => [text.trim(), tone]));
    expect([tones.get('- status: running'), tones.get('+ status: complete')]).toEqual(['bad', 'good']);
  });

  it('says what has gone, what moved and how many keys', () => {
    const before = {
      phase: 'execute',
      state: 'processing',
      context: { a: 1, b: [1], c: 3 },
      decisions: [{ id: 'D', question: 'Why?' }],
      tool_calls: [{ id: 'C', tool: 'fs.read' }],
    };
    const after = {
      phase: 'execute',
      state: 'paused',
      context: { b: [2], c: { x: 'y'.repeat(500) } },
      decisions: [],
      tool_calls: [],
    };
    const lines = texts(diffLines(sides(before, after), GLYPHS));
    expect(lines[0]).toBe('state: state · 0 decisions -1 · 0 tool calls -1 · context ~2 -1 key');
    expect(lines).toContain('- Why?');
    expect(lines).toContain('- fs.read');
    expect(lines).toContain('    - processing');
    expect(lines).toContain('    + paused');
    expect(lines).toContain('    - [1]');
    expect(lines.at(-1)).toMatch(/^ {4}\+ \{"x":"y{290,} \.\.\.$/);
  });

  it('that there is none is said', () => {
    const same = snapshot(withSubplan());
    expect(texts(diffLines(sides(same, same), GLYPHS))[0]).toBe('no difference in the state');
  });

  it('shows fields that one side lacks', () => {
    const lines = texts(diffLines(sides({ outputs: { a: { x: 1 } } }, { outputs: { a: { y: 2 } } }), GLYPHS));
    expect(lines.slice(-5)).toEqual(['~ a', '    - x: 1', '    + x: null', '    - y: null', '    + y: 2']);
  });
});
