import { defineEntity, p } from '@mikro-orm/core';
import type { Capture, Trigger } from '../../domain/checkpoint.ts';
import type { Json } from '../../domain/json.ts';
import type { Phase, RunState } from '../../domain/plan.ts';
import type { StoredSnapshot } from '../../domain/state-snapshot.ts';
import { PlanRow } from './plan-row.ts';

const CheckpointSchema = defineEntity({
  name: 'CheckpointRow',
  tableName: 'checkpoints',
  properties: {
    id: p.string().primary(),
    plan_id: () => p.manyToOne(PlanRow).mapToPk().fieldName('plan_id').deleteRule('cascade').index(false),
    root_plan_id: () =>
      p.manyToOne(PlanRow).mapToPk().fieldName('root_plan_id').deleteRule('cascade').index(false),
    created_at: p.string(),
    seq: p.integer(),
    number: p.integer(),
    trigger: p.string().$type<Trigger>(),
    label: p.string().nullable(),
    phase: p.string().$type<Phase>(),
    state: p.string().$type<RunState>(),
    step_id: p.string().nullable(),
    tool: p.string().nullable(),
    tool_call_id: p.string().nullable(),
    attempt: p.integer().nullable(),
    outcome: p.string().$type<'ok' | 'error'>().nullable(),
    capture: p.string().$type<Capture['status']>(),
    capture_reason: p.string().nullable(),
    capture_paths: p.json<readonly string[]>(),
    tree_hash: p.string().nullable(),
    state_hash: p.string(),
    files_changed: p.integer().nullable(),
    bytes: p.integer(),
    parent_id: p.string().nullable(),
    pinned: p.boolean().default(false),
    metadata: p.json<Readonly<Record<string, Json>>>(),
    // Last and lazy: SQLite walks over a long value to reach what stands behind it.
    state_snapshot: p.json<StoredSnapshot>().lazy(),
  },
  indexes: [
    // With the number: it grows with seq, so one index serves both. That no number is given twice, the head of the journal sees to.
    { name: 'checkpoints_root_idx', properties: ['root_plan_id', 'seq', 'number'] },
    { name: 'checkpoints_plan_idx', properties: ['plan_id', 'seq'] },
  ],
});

/** A place in a history with everything needed to come back to it. */
export class CheckpointRow extends CheckpointSchema.class {}
CheckpointSchema.setClass(CheckpointRow);
