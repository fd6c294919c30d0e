import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../../src/app/start-plan.ts';
import { checkpointTable } from '../../../src/cli/checkpoint-views.ts';
import { fieldTable } from '../../../src/cli/commands/tool-show.ts';
import { glyphsFor } from '../../../src/tui/words/glyphs.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createPaint } from '../../../src/cli/paint.ts';
import { describeRunner } from '../../../src/cli/plan-status-text.ts';
import { errorOf, exitCodeOf } from '../../../src/cli/run-ending.ts';
import { restText } from '../../../src/tui/words/rest-text.ts';
import { snapshotToText } from '../../../src/cli/snapshot-text.ts';
import { TextReporter } from '../../../src/cli/text-reporter.ts';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { EventPayloads, EventType, PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type DecisionState } from '../../../src/domain/plan-state.ts';
import type { PlanSummary } from '../../../src/domain/plan.ts';
import type { Holder } from '../../../src/cli/plan-status-text.ts';
import { tickingClock } from '../../support/cli-bench.ts';

const ROOT = '01JD7K3V000000000000000001';
const CHILD = '01JD7K3V000000000000000002';
const id = (n: number): string => `01JD7K3V0000000000000000${String(n).padStart(2, '0')}`;
const error = { code: 'x', message: 'it broke', hint: null };
const head = (stepId: string, kind: 'run' | 'decide' | 'subplans', name = stepId) => ({
  id: stepId,
  kind,
  name,
  effect: null,
});
const decision = (change: Partial<DecisionState>): Omit<DecisionState, 'sequence'> => ({
  id: id(40),
  parent_id: null,
  type: 'choice',
  step_id: 'ask',
  question: 'Which?',
  options: [],
  chosen: null,
  rationale: null,
  confidence: null,
  by: 'human',
  superseded_by: null,
  created_at: '2026-11-21T02:03:39.000Z',
  ...change,
});
const checkpoint: Checkpoint = {
  id: id(50),
  number: 12,
  plan_id: ROOT,
  root_plan_id: ROOT,
  created_at: '2026-11-21T02:03:39.000Z',
  seq: 9,
  trigger: 'on_tool_write_complete',
  label: 'mine',
  phase: 'execute',
  state: 'processing',
  step_id: 'go',
  tool: 'fs.write',
  tool_call_id: id(30),
  attempt: 1,
  outcome: 'error',
  capture: { status: 'complete', reason: null, paths: [] },
  tree_hash: 'a',
  state_hash: 'b',
  files_changed: 2,
  bytes: 10,
  parent_id: null,
  pinned: true,
  metadata: {},
};

/** Each event of the vocabulary, as it could happen, with the line for it. */
const STORY: readonly { [T in EventType]: readonly [T, EventPayloads[T], plan?: string] }[EventType][] = [
  [
    'plan.created',
    {
      name: 'demo',
      goal: null,
      workspace: '/w',
      parent: null,
      steps: [head('go', 'run', 'go $ make'), head('ask', 'decide'), head('kids', 'subplans')],
    },
  ],
  ['plan.phase_changed', { phase: 'strategize', state: 'processing' }],
  ['plan.phase_changed', { phase: 'execute', state: 'processing' }],
  ['step.started', { step_id: 'go', attempt: 1 }],
  [
    'tool.started',
    {
      call_id: id(30),
      step_id: 'go',
      attempt: 1,
      tool: 'shell.run',
      effect: 'write',
      input: {},
      tree_before: null,
    },
  ],
  ['tool.spawned', { call_id: id(30), process: { pid: 7, pgid: 7, start_time: null } }],
  ['tool.output', { call_id: id(30), log: { ref: 'sha256:0', media: 'text', bytes: 9000, preview: 'a' } }],
  ['tool.failed', { call_id: id(30), error, result: null, tree_after: null }],
  ['step.retried', { step_id: 'go', error, delay_ms: 500 }],
  ['step.retried', { step_id: 'go', error, delay_ms: 0 }],
  ['step.started', { step_id: 'go', attempt: 2 }],
  [
    'tool.started',
    {
      call_id: id(31),
      step_id: 'go',
      attempt: 2,
      tool: 'shell.run',
      effect: 'write',
      input: {},
      tree_before: null,
    },
  ],
  ['tool.completed', { call_id: id(31), result: null, tree_after: null }],
  ['step.completed', { step_id: 'go', call_id: id(31), output: null }],
  ['step.failed', { step_id: 'go', error, continued: true }],
  ['step.failed', { step_id: 'kids', error, continued: false }],
  ['step.skipped', { step_id: 'kids', reason: 'if: false' }],
  [
    'tool.started',
    {
      call_id: id(32),
      step_id: 'nameless',
      attempt: 1,
      tool: 'fs.read',
      effect: 'read',
      input: {},
      tree_before: null,
    },
  ],
  [
    'decision.made',
    {
      decision: decision({
        id: id(41),
        step_id: null,
        type: 'strategy_choice',
        question: 'How?',
        chosen: { a: 1 },
        by: 'document',
      }),
    },
  ],
  ['decision.made', { decision: decision({}) }],
  ['decision.made', { decision: decision({ chosen: 'left' }) }],
  ['decision.superseded', { decision_id: id(40), by: id(41) }],
  ['decision.superseded', { decision_id: id(49), by: id(41) }],
  ['subplan.spawned', { subplan_id: id(20), plan_id: CHILD, step_id: 'kids', name: 'kid', max_retries: 1 }],
  [
    'plan.created',
    {
      name: 'kid',
      goal: null,
      workspace: '/w',
      parent: { plan_id: ROOT, subplan_id: id(20) },
      steps: [head('one', 'run')],
    },
    CHILD,
  ],
  ['subplan.started', { subplan_id: id(20), attempt: 1 }],
  ['step.started', { step_id: 'one', attempt: 1 }, CHILD],
  [
    'checkpoint.created',
    { checkpoint: { ...checkpoint, plan_id: CHILD, label: null, outcome: 'ok' } },
    CHILD,
  ],
  ['subplan.retried', { subplan_id: id(20), plan_id: CHILD, error }],
  ['subplan.started', { subplan_id: id(20), attempt: 2 }],
  ['subplan.failed', { subplan_id: id(20), error }],
  ['subplan.cancelled', { subplan_id: id(20), reason: 'a sibling failed' }],
  ['subplan.completed', { subplan_id: id(20) }],
  ['context.set', { key: 'tone', value: 'calm' }],
  ['checkpoint.created', { checkpoint }],
  [
    'checkpoint.created',
    {
      checkpoint: {
        ...checkpoint,
        trigger: 'on_error',
        step_id: null,
        tool: null,
        label: null,
        outcome: null,
        metadata: { error },
      },
    },
  ],
  [
    'checkpoint.created',
    {
      checkpoint: {
        ...checkpoint,
        trigger: 'on_subplan_spawn',
        step_id: 'kids',
        tool: null,
        label: null,
        outcome: null,
        metadata: { subplan: 'kid' },
      },
    },
  ],
  ['checkpoint.failed', { trigger: 'on_tool_write', step_id: 'go', error }],
  ['checkpoint.deleted', { checkpoint_id: id(50), number: 12 }],
  ['config.changed', { changes: [{ key: 'ui.glyphs', before: 'auto', after: 'ascii' }], error: null }],
  ['config.changed', { changes: [], error }],
  ['note.added', { text: 'remember\nthis', step_id: null }],
  ['plan.paused', { reason: 'person', by: 'pid 7' }],
  ['plan.paused', { reason: 'waiting', by: null }],
  ['plan.resumed', { by: 'pid 8' }],
  ['plan.resumed', { by: null }],
  ['plan.rolled_back', { checkpoint_id: id(50), parts: [] }],
  ['plan.forked', { checkpoint_id: id(50), seq: 9, state_hash: 'b' }],
  ['plan.failed', { error }],
  ['plan.cancelled', { reason: 'cancelled', by: 'pid 7' }],
  ['plan.cancelled', { reason: 'a sibling failed', by: null }],
  ['plan.completed', { outputs: {} }],
  ['plan.applied', { checkpoint_id: null }],
];

function collect() {
  let text = '';
  const sink = { write: (more: string) => (text += more), isTTY: false, columns: 80, closed: false };
  const output = createOutput({ stdout: sink, stderr: sink, env: {} } as never, {
    quiet: false,
    noColor: true,
  });
  return { output, said: () => text };
}

const glyphs = glyphsFor('unicode', {});
const plain = createPaint({}, false, false);

function tell(verbose: boolean): string {
  const { output, said } = collect();
  const clock = tickingClock('2026-11-21T02:03:39.000Z');
  const reporter = new TextReporter({ output, glyphs, clock, tree: EMPTY_TREE, verbose, quiet: false });
  STORY.forEach(([type, payload, plan], index) => {
    const at = new Date(Date.parse('2026-11-21T02:00:00.000Z') + index * 1000).toISOString();
    reporter.onEvent({
      type,
      payload,
      plan_id: plan ?? ROOT,
      root_plan_id: ROOT,
      seq: index + 1,
      at,
    } as PlanEvent);
  });
  reporter.onWaiting('waits for the workspace, held by pid 7');
  return said();
}

describe('the line for each event', () => {
  it('Given every event there is, with --verbose', () =>
    expect(tell(true)).toMatchInlineSnapshot(`
      "02:00:00 · plan demo created with 3 steps in /w
      02:00:01 · getting ready (strategize/processing)
      02:00:02 ◐ executing
      02:00:03 ◐ go go $ make
      02:00:04 · go go $ make  write shell.run
      02:00:05 · process 7
      02:00:06 · output of 9000 bytes kept
      02:00:07 · shell.run of go go $ make failed: it broke
      02:00:08 ↻ go go $ make  again in 0.5s: it broke
      02:00:09 ↻ go go $ make  again now: it broke
      02:00:10 ◐ go go $ make  attempt 2
      02:00:11 · go go $ make  write shell.run
      02:00:12 · shell.run of go go $ make done
      02:00:13 ✓ go go $ make  10.0s
      02:00:14 ✗ go go $ make  11.0s  it broke (the plan goes on)
      02:00:15 ✗ kids  it broke
      02:00:16 ⊘ kids  skipped: if: false
      02:00:17 · nameless  read fs.read
      02:00:18 · strategy_choice  How? {"a":1} (document)
      02:00:19 ? ask waits for you: Which?
      02:00:20 ✓ ask  Which? left (human)
      02:00:21 ↶ decided anew: Which?
      02:00:22 ↶ decided anew: 00000049
      02:00:23 · subplan kid
      02:00:24 · kid › plan kid created with 1 step
      02:00:25 ◐ subplan kid
      02:00:26 ◐ kid › one
      02:00:27 ◆ ckpt 12  after write    go fs.write  in kid
      02:00:28 ↻ subplan kid  again: it broke
      02:00:29 ◐ subplan kid  attempt 2
      02:00:30 ✗ subplan kid  it broke
      02:00:31 ⊘ subplan kid  cancelled: a sibling failed
      02:00:32 ✓ subplan kid
      02:00:33 · context tone set
      02:00:34 ◆ ckpt 12  after write    go fs.write "mine" (failed)
      02:00:35 ✗ ckpt 12  on error       it broke
      02:00:36 ▷ ckpt 12  before subplan kids kid
      02:00:37 ✗ no checkpoint (before write): it broke
      02:00:38 · ckpt 12 deleted
      02:00:39 · settings changed: ui.glyphs = "ascii"
      02:00:40 ? settings edited, but not taken: it broke
      02:00:41 · remember\\nthis
      02:00:42 ‖ paused: as asked (pid 7)
      02:00:43 ‖ paused: waits for an answer
      02:00:44 ◐ goes on (pid 8)
      02:00:45 ◐ goes on
      02:00:46 ↶ rolled back to checkpoint 00000050
      02:00:47 ⑂ forked at event 9
      02:00:48 ✗ failed: it broke
      02:00:49 ⊘ cancelled (pid 7)
      02:00:50 ⊘ cancelled: a sibling failed
      02:00:51 ✓ complete
      02:00:52 ✓ applied
      02:03:39 ‖ waits for the workspace, held by pid 7
      "
    `));

  it('Given the same without --verbose, then the small ones are left out', () => {
    const all = tell(true).split('\n');
    const some = tell(false).split('\n');
    expect(all.filter((line) => !some.includes(line)).map((line) => line.slice(9))).toMatchInlineSnapshot(`
      [
        "· plan demo created with 3 steps in /w",
        "· getting ready (strategize/processing)",
        "· go go $ make  write shell.run",
        "· process 7",
        "· output of 9000 bytes kept",
        "· shell.run of go go $ make failed: it broke",
        "· go go $ make  write shell.run",
        "· shell.run of go go $ make done",
        "· nameless  read fs.read",
        "· strategy_choice  How? {"a":1} (document)",
        "· subplan kid",
        "· kid › plan kid created with 1 step",
        "· context tone set",
        "· ckpt 12 deleted",
      ]
    `);
  });
});

describe('how a run ended', () => {
  const ending = (
    state: PlanSummary['state'],
    pausedBecause: string | null,
    withError = false,
  ): Pick<RunOutcome, 'plan' | 'pausedBecause' | 'error'> => ({
    plan: { plan_id: ROOT, name: 'demo', state } as PlanSummary,
    pausedBecause,
    error: withError ? error : null,
  });

  it.each([
    ['complete', null, false, 0, null],
    ['errored', null, true, 1, 'x'],
    ['cancelled', null, false, 1, 'plan_cancelled'],
    ['paused', 'waiting', false, 5, 'plan_waiting'],
    ['paused', 'stopped', false, 5, 'plan_stopped'],
    ['paused', null, false, 5, 'plan_paused'],
    ['paused', 'checkpoint_failed', true, 7, 'x'],
  ] as const)('%s because of %s: exit code and error', (state, because, withError, exitCode, code) => {
    const outcome = ending(state, because, withError);
    expect(exitCodeOf(outcome)).toBe(exitCode);
    expect(errorOf(outcome, exitCode)?.code ?? null).toBe(code);
  });

  it.each([
    ['signal', 'by a signal'],
    [null, 'as asked'],
    ['recovery', 'recovery'],
  ])('%s reads: %s', (because, text) => expect(restText(because)).toBe(text));
});

describe('who runs a plan', () => {
  const holder = (liveness: Holder['liveness']): Holder => ({
    lease: { holder: { host: 'box', pid: 7 }, since: '2026-11-21T02:00:00.000Z' } as Holder['lease'],
    liveness,
  });
  const now = Date.parse('2026-11-21T02:05:00.000Z');
  it.each([
    ['processing', holder('alive'), 'run by pid 7 for 5m'],
    ['processing', holder('unknown'), 'run by pid 7 on box for 5m'],
    ['processing', holder('gone'), 'nobody runs it'],
    ['paused', null, 'nobody runs it'],
    ['complete', null, ''],
  ] as const)('%s', (state, lease, text) => expect(describeRunner({ state }, lease, now)).toBe(text));
});

describe('views', () => {
  it('Given checkpoints with files, then their number; a plan without a name by its id', () => {
    const look = { glyphs, paint: plain, now: Date.parse(checkpoint.created_at) };
    const one = { ...checkpoint, number: 13, files_changed: 1, pinned: false, plan_id: CHILD };
    expect(checkpointTable([checkpoint, one], look, new Map([[ROOT, 'demo']]))).toBe(
      [
        '  12  02:03:39  ◆ after write  demo      go fs.write "mine" (failed)  2 files pinned',
        '  13  02:03:39  ◆ after write  00000002  go fs.write "mine" (failed)  1 file',
      ].join('\n'),
    );
  });

  it('Given a schema, then its fields; none are said to be nothing', () => {
    const properties = {
      a: { type: 'string', description: 'first' },
      b: { anyOf: [{ enum: ['x', 1] }, {}] },
    };
    expect(fieldTable({ properties, required: ['a'] })).toBe(
      '  a  string         required  first\n  b  "x" | 1 | any',
    );
    expect(fieldTable({ properties })).not.toContain('required');
    expect(fieldTable({})).toBe('  nothing');
  });

  it('Given a state, then every section that has something', () => {
    const step = {
      id: 'go',
      kind: 'run',
      name: 'go',
      effect: null,
      started_at: null,
      ended_at: null,
      reason: null,
    };
    const snapshot = {
      steps: [
        { ...step, status: 'failed', attempt: 2, error },
        { ...step, id: 'off', status: 'skipped', attempt: 0, error: null, reason: 'if: false' },
      ],
      decisions: [decision({}), decision({ step_id: null, chosen: 'left', rationale: 'because' })],
      subplans: [{ name: 'kid', status: 'errored', attempt: 2, max_retries: 1, error }],
      context: { long: 'x'.repeat(200), list: [1, 2] },
      outputs: {},
    } as unknown as JsonObject;
    expect(snapshotToText(snapshot, glyphs, plain)).toMatchInlineSnapshot(`
      "
      Steps (2)
        ✗  go   failed   attempt 2  it broke
        ⊘  off  skipped             if: false

      Decisions (2)
        ?  ask     Which?  waits
        ✓  choice  Which?  left (human)  because

      Subplans (1)
        ✗  kid  errored  attempt 2 of 2  it broke

      Context (2)
        long  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (200 characters)
        list  [1,2]"
    `);
  });
});
