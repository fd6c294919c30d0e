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
});

/** The journal: one per root plan, append-only. */
export class PlanEventRow extends PlanEventSchema.class {}
PlanEventSchema.setClass(PlanEventRow);
