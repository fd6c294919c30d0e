import { defineEntity, p } from '@mikro-orm/core';
import type { ErrorValue } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Phase, RunState } from '../../domain/plan.ts';
import type { StoredLease } from './stored-lease.ts';

const PlanSchema = defineEntity({
  name: 'PlanRow',
  tableName: 'plans',
  properties: {
    id: p.string().primary(),
    root_id: () => p.manyToOne(PlanRow).mapToPk().fieldName('root_id').deleteRule('cascade').index(false),
    parent_id: () =>
      p
        .manyToOne(PlanRow)
        .mapToPk()
        .fieldName('parent_id')
        .nullable()
        .deleteRule('cascade')
        .index('plans_parent_idx'),
    /** `{plan_id, checkpoint_id}` of the history that this one began from. */
    forked_from: p.json<JsonObject>().nullable(),
    name: p.string(),
    goal: p.string().nullable(),
    workspace: p.string(),
    phase: p.string().$type<Phase>(),
    state: p.string().$type<RunState>(),
    state_hash: p.string(),
    last_checkpoint_id: p.string().nullable(),
    error: p.json<ErrorValue>().nullable(),
    created_at: p.string(),
    updated_at: p.string(),
    // Only roots move these: the head of the journal, and who may append to it.
    head_seq: p.integer().default(0),
    head_hash: p.blob().nullable(),
    last_number: p.integer().default(0),
    lease: p.json<StoredLease>().nullable(),
    lease_fence: p.integer().default(0),
    checkpoints: p
      .integer()
      .persist(false)
      .formula((columns) => `(select count(*) from checkpoints c where c.plan_id = ${columns['id']})`),
    // Long values last: a list never reads past the columns above.
    inputs: p.json<Readonly<Record<string, Json>>>().lazy(),
    effective_config: p.json<Json>().lazy(),
  },
  indexes: [
    { name: 'plans_root_idx', properties: ['root_id', 'created_at', 'id'] },
    { name: 'plans_workspace_idx', properties: ['workspace', 'created_at', 'id'] },
    { name: 'plans_created_idx', properties: ['created_at', 'id'] },
  ],
});

/** What lists show of a plan, and the head of a history. */
export class PlanRow extends PlanSchema.class {}
PlanSchema.setClass(PlanRow);
