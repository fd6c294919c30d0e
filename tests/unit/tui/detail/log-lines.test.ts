import { describe, expect, it } from 'vitest';
import { callsShown } from '../../../../src/tui/detail/calls-shown.ts';
import { LogLines, logLines } from '../../../../src/tui/detail/log-lines.ts';
import type { NodeRef } from '../../../../src/tui/rows/tree-row.ts';
import type { CallOutput, PlanView } from '../../../../src/tui/store/plan-view.ts';
import { id, ROOT } from '../../../support/fake-plan.ts';
import { CHILD, newPlan, read, SUBPLAN, viewOf, withSubplan } from '../rows/views.ts';
import { ASCII, UNICODE } from '../store/hand-feed.ts';

const QUIET = { timestamps: false, glyphs: UNICODE };
const CALL = id('CA');
const stepNode = (stepId: string, planId = ROOT): NodeRef => ({ kind: 'step', planId, stepId });
const subplanNode: NodeRef = { kind: 'subplan', planId: CHILD, subplanId: SUBPLAN, parentPlanId: ROOT };
const texts = (view: PlanView, node: NodeRef | null, options = QUIET): readonly string[] =>
  logLines(view, node, options).map(read);

const said = (view: PlanView, outputs: Readonly<Record<string, CallOutput>>): PlanView => ({
  ...view,
  outputs: new Map(Object.entries(outputs)),
});
const OUTPUT: CallOutput = {
  lines: [
    { stream: 'stdout', text: 'a\tb' },
    { stream: 'stderr', text: '\x1b[2Joh' },
  ],
  dropped: 0,
};

describe('the log of a plan', () => {
  it('tells what the text form tells, with what running calls say under their step', () => {
    const plan = newPlan().created('demo', ['a', 'b']).runs().begins('a');
    plan.checkpointed('on_tool_write', { step_id: 'a' }).begins('b');
    expect(texts(said(viewOf(plan), { [CALL]: OUTPUT }), null)).toEqual([
      '◐ executing',
      '◐ a',
      '  │ a       b',
      '  ! \\x1b[2Joh',
      '◇ ckpt 1   before write   a',
      '◐ b',
    ]);
  });

  it('has times and ASCII signs when asked', () => {
    const plan = newPlan().created('demo', ['a']).runs().begins('a');
    const view = said(viewOf(plan), { [CALL]: OUTPUT });
    const lines = texts(view, null, { timestamps: true, glyphs: ASCII });
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d ◐ a$/);
    expect(lines[2]).toBe('           | a       b');
    expect(texts(view, null)).toContain('◐ a');
  });

  it('says how much of an output is not kept', () => {
    const view = viewOf(newPlan().created('demo', ['a']).runs().begins('a'));
    expect(texts(said(view, { [CALL]: { ...OUTPUT, dropped: 7 } }), null)).toContain(
      '  7 earlier lines are not kept here',
    );
  });

  it('makes each line once', () => {
    const view = said(viewOf(newPlan().created('demo', ['a']).runs().begins('a')), { [CALL]: OUTPUT });
    const [first, second] = [logLines(view, null, QUIET), logLines(view, null, QUIET)];
    expect(first.every((line, i) => line === second[i])).toBe(true);
  });

  it('of 20,000 events is quick', () => {
    const plan = newPlan().created('demo', ['a']);
    for (let i = 0; i < 20_000; i += 1) plan.add('note.added', { text: 'x', step_id: 'a' });
    const view = viewOf(plan);
    logLines(view, null, QUIET);
    const start = performance.now();
    for (let i = 0; i < 10; i += 1) logLines(view, stepNode('a'), QUIET);
    expect((performance.now() - start) / 10).toBeLessThan(250);
  });
});

describe('the log of a node', () => {
  it('of a step is everything about it, its output after what began it', () => {
    const plan = newPlan().created('demo', ['a', 'b']).runs().begins('a');
    plan.add('tool.spawned', { call_id: CALL, process: { pid: 7, pgid: 7, start_time: null } });
    plan.begins('b').checkpointed('on_error', { step_id: 'a', tool_call_id: CALL }).ends('a');
    expect(texts(said(viewOf(plan), { [CALL]: OUTPUT }), stepNode('a'))).toEqual([
      '◐ a',
      '· a  write shell.run make',
      '· process 7',
      '  │ a       b',
      '  ! \\x1b[2Joh',
      '✗ ckpt 1   on error       a',
      '· a  shell.run done',
      '✓ a  0.0s',
    ]);
  });

  it('of a step with subplans has theirs; of a subplan only its own', () => {
    const plan = withSubplan().begins('k1', { planId: CHILD }).begins('a');
    const child = '◐ per-package notes › k1';
    expect(texts(viewOf(plan), null)).toContain(child);
    // Where one looks at the subplan itself, it needn't be named.
    expect(texts(viewOf(plan), subplanNode)).toEqual(['◐ k1']);
    const kids = texts(viewOf(plan), stepNode('kids'));
    expect(kids).toContain(child);
    expect(kids.some((line) => line.includes('◐ a'))).toBe(false);
    expect(texts(viewOf(plan), stepNode('k1', CHILD))).toHaveLength(2);
  });

  it('of a phase is what happened in it', () => {
    const plan = newPlan().created('demo', ['a']);
    plan.add('note.added', { text: 'early', step_id: null }).time.advance(1000);
    plan.runs().begins('a');
    const view = viewOf(plan);
    expect(texts(view, { kind: 'phase', phase: 'strategize' })).toEqual([
      '· plan demo created with 1 step in /home/ann/project',
      '· early',
    ]);
    expect(texts(view, { kind: 'phase', phase: 'execute' })).toEqual(['◐ executing', '◐ a']);
    expect(texts(view, { kind: 'phase', phase: 'apply' })).toEqual([]);
  });

  it('is empty before the first event', () => {
    expect(texts(viewOf(newPlan()), null)).toEqual([]);
    expect(callsShown(viewOf(newPlan()), null)).toEqual([]);
  });
});

describe('a log that grows', () => {
  const nodes: readonly (NodeRef | null)[] = [
    null,
    { kind: 'phase', phase: 'strategize' },
    { kind: 'phase', phase: 'execute' },
    { kind: 'phase', phase: 'apply' },
    stepNode('a'),
    stepNode('kids'),
    subplanNode,
  ];
  const loud = (n: number): CallOutput => ({
    lines: Array.from({ length: n % 7 }, (_, i) => ({ stream: 'stdout', text: `line ${i} of ${n}` })),
    dropped: n % 3,
  });

  it.each(nodes)('of %j says at each moment what one made anew says', (node) => {
    const plan = newPlan();
    const log = new LogLines();
    const outputs: Record<string, CallOutput> = {};
    const looks = (): void => {
      const view = said(viewOf(plan), { ...outputs });
      expect(log.of(view, node, QUIET)).toEqual(logLines(view, node, QUIET));
    };
    looks();
    plan.created('demo', ['a', { id: 'kids', kind: 'subplans' }, 'z']);
    plan.add('note.added', { text: 'early', step_id: null }).time.advance(1000);
    plan.runs();
    looks();
    for (let n = 1; n <= 12; n += 1) {
      const call = id(`CA${n % 4}`);
      plan.time.advance(10);
      plan.begins('a', { call });
      outputs[call] = loud(n);
      looks();
      plan.add('tool.spawned', { call_id: call, process: { pid: n, pgid: n, start_time: null } });
      plan.checkpointed('on_tool_write', { step_id: 'a', tool_call_id: call });
      looks();
      if (n === 5) {
        const child = { subplan_id: SUBPLAN, plan_id: CHILD, step_id: 'kids', name: 'kid', max_retries: 0 };
        plan.add('subplan.spawned', child);
        looks();
      }
      if (n % 3 === 0) delete outputs[id('CA1')];
      outputs[call] = loud(n + 3);
      looks();
    }
    plan.time.advance(1000);
    plan.add('plan.completed', { outputs: {} });
    looks();
  });

  it('is the same array as long as there is nothing new', () => {
    const plan = newPlan().created('demo', ['a', 'b']).runs().begins('a');
    const log = new LogLines();
    const before = log.of(viewOf(plan), stepNode('a'), QUIET);
    plan.begins('b');
    expect(log.of(viewOf(plan), { ...stepNode('a') }, QUIET)).toBe(before);
  });

  it('tells nothing of what came later when one goes back in time', () => {
    const plan = newPlan().created('demo', ['a']);
    for (let n = 0; n < 5; n += 1) plan.add('note.added', { text: `note ${n}`, step_id: 'a' });
    const view = viewOf(plan);
    const log = new LogLines();
    expect(log.of(view, null, QUIET)).toHaveLength(5);
    expect(log.of({ ...view, log: view.log.take(4) }, null, QUIET)).toHaveLength(3);
    expect(log.of(view, null, QUIET)).toHaveLength(5);
  });

  it('leaves out what is long no longer kept', () => {
    const plan = newPlan().created('demo', ['a']);
    for (let n = 0; n < 3000; n += 1) plan.add('note.added', { text: `note ${n}`, step_id: 'a' });
    const whole = viewOf(plan);
    const log = new LogLines();
    expect(log.of(whole, null, QUIET)).toHaveLength(3000);
    const few = { ...whole, log: whole.log.takeLast(2500) };
    expect(log.of(few, null, QUIET).length).toBeGreaterThanOrEqual(2500);
    const fewer = { ...whole, log: whole.log.takeLast(1000) };
    expect(log.of(fewer, null, QUIET)).toHaveLength(1000);
  });
});

describe('the calls whose output is shown', () => {
  it('are all of a step, and the running ones of anything larger', () => {
    const plan = withSubplan().begins('a').ends('a').begins('z').begins('k1', { planId: CHILD });
    const view = viewOf(plan);
    expect(callsShown(view, stepNode('a'))).toEqual([CALL]);
    expect(callsShown(view, stepNode('kids'))).toEqual([id('CK1')]);
    expect(callsShown(view, subplanNode)).toEqual([id('CK1')]);
    expect(callsShown(view, null)).toEqual([id('CK1'), id('CZ')].sort());
    expect(callsShown(view, { kind: 'phase', phase: 'execute' })).toEqual([id('CK1'), id('CZ')].sort());
  });

  it('are the newest where there are many, and none of a subplan that is not there', () => {
    const plan = newPlan().created('demo', ['a']).runs();
    const calls = Array.from({ length: 20 }, (_, i) => id(`CA${i + 10}`));
    for (const call of calls) plan.begins('a', { call });
    expect(callsShown(viewOf(plan), stepNode('a'))).toEqual(calls.slice(4));
    expect(callsShown(viewOf(plan), subplanNode)).toEqual([]);
    plan.add('subplan.spawned', {
      subplan_id: SUBPLAN,
      plan_id: CHILD,
      step_id: 'a',
      name: 'kid',
      max_retries: 0,
    });
    expect(callsShown(viewOf(plan), stepNode('a'))).toHaveLength(16);
  });
});
