import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { EventPayloads, EventType, PlanEvent } from '../../src/domain/plan-event.ts';
import type { DecisionState } from '../../src/domain/plan-state.ts';

export const ROOT = '01JD7K3V000000000000000001';
export const CHILD = '01JD7K3V000000000000000002';
export const id = (n: number): string => `01JD7K3V0000000000000000${String(n).padStart(2, '0')}`;
export const error = { code: 'x', message: 'it broke', hint: null };
const head = (stepId: string, kind: 'run' | 'decide' | 'subplans', name = stepId) => ({
  id: stepId,
  kind,
  name,
  effect: null,
});
export const decision = (change: Partial<DecisionState>): Omit<DecisionState, 'sequence'> => ({
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
export const checkpoint: Checkpoint = {
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

/** Each event of the vocabulary, as it could happen, in an order that tells a story. */
export const STORY: readonly {
  [T in EventType]: readonly [T, EventPayloads[T], plan?: string];
}[EventType][] = [
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
  ['checkpoint.marked', { checkpoint_id: id(50), number: 12, label: 'good', pinned: true }],
  ['checkpoint.marked', { checkpoint_id: id(50), number: 12, pinned: false }],
  ['checkpoint.marked', { checkpoint_id: id(50), number: 12, label: null }],
  ['checkpoint.deleted', { checkpoint_id: id(50), number: 12 }],
  [
    'checkpoint.pruned',
    {
      count: 3,
      numbers: [
        [1, 2],
        [4, 4],
      ],
      to_seq: 9,
    },
  ],
  ['config.changed', { changes: [{ key: 'ui.glyphs', before: 'auto', after: 'ascii' }], error: null }],
  ['config.changed', { changes: [], error }],
  ['note.added', { text: 'remember\nthis', step_id: null }],
  ['plan.paused', { reason: 'person', by: 'pid 7' }],
  ['plan.paused', { reason: 'waiting', by: null }],
  ['plan.resumed', { by: 'pid 8' }],
  ['plan.resumed', { by: null }],
  [
    'plan.rolled_back',
    {
      checkpoint_id: id(50),
      number: 1,
      to_seq: 1,
      pre_rollback_id: null,
      scope: 'plan_and_files',
      changes: null,
      parts: [],
    },
  ],
  [
    'plan.forked',
    {
      name: 'demo',
      goal: null,
      workspace: '/w',
      phase: 'execute',
      source_plan_id: id(3),
      checkpoint_id: id(50),
      seq: 9,
      state_hash: 'b',
      tree_hash: null,
    },
  ],
  ['plan.failed', { error }],
  ['plan.retried', { by: 'pid 9', step_ids: ['go', 'ask'], subplans: [] }],
  ['plan.cancelled', { reason: 'cancelled', by: 'pid 7' }],
  ['plan.cancelled', { reason: 'a sibling failed', by: null }],
  ['plan.completed', { outputs: {} }],
  ['plan.applied', { checkpoint_id: null }],
  ['compensation.recorded', { call_id: id(30), step_id: 'go', call: null, error }],
  [
    'compensation.recorded',
    {
      call_id: id(31),
      step_id: 'go',
      call: { tool: 'shell.run', input: { command: 'rm x' }, env: {}, effect: 'write' },
      error: null,
    },
  ],
  ['compensation.started', { of: id(31), step_id: 'go', by: 'pid 7' }],
  ['compensation.ended', { of: id(31), step_id: 'go', outcome: 'done', error: null }],
  ['compensation.ended', { of: id(31), step_id: 'go', outcome: 'failed', error }],
  ['compensation.ended', { of: id(31), step_id: 'go', outcome: 'skipped', error: null }],
];

/** The story as a journal would tell it, one event a second. */
export function storyEvents(): readonly PlanEvent[] {
  return STORY.map(([type, payload, plan], index) => {
    const at = new Date(Date.parse('2026-11-21T02:00:00.000Z') + index * 1000).toISOString();
    return { type, payload, plan_id: plan ?? ROOT, root_plan_id: ROOT, seq: index + 1, at } as PlanEvent;
  });
}
