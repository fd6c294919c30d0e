import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../../domain/json.ts';
import { PlanRow } from './plan-row.ts';

const PlanEventSchema = defineEntity({
  name: 'PlanEventRow',
  tableName: 'plan_events',
  properties: {
    root_plan_id: () =>
      p.manyToOne(PlanRow).mapToPk().fieldName('root_plan_id').deleteRule('cascade').index(false).primary(),
    seq: p.integer().primary(),
    plan_id: p.string(),
    type: p.string(),
    v: p.integer(),
    at: p.string(),
    hash: p.blob(),
    payload: p.json<JsonObject>(),
  },
  // Of a long journal only these few: how far retention has come, and which way the last rollback can be undone.
  indexes: [
    {
      name: 'plan_events_pruned_idx',
      properties: ['root_plan_id', 'seq'],
      where: "type = 'checkpoint.pruned'",
    },
    {
      name: 'plan_events_rolled_back_idx',
      properties: ['root_plan_id', 'seq'],
      where: "type = 'plan.rolled_back'",
    },
  ],
});

/** The journal: one per root plan, append-only. */
export class PlanEventRow extends PlanEventSchema.class {}
PlanEventSchema.setClass(PlanEventRow);
