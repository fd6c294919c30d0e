import { defineEntity, p } from '@mikro-orm/core';
import type { Json } from '../../domain/json.ts';
import type { ProcessIdentity } from '../../ports/process-table.ts';
import type { RequestKind } from '../../ports/request-store.ts';
import { PlanRow } from './plan-row.ts';

const RequestSchema = defineEntity({
  name: 'RequestRow',
  tableName: 'requests',
  properties: {
    id: p.string().primary(),
    root_plan_id: () =>
      p.manyToOne(PlanRow).mapToPk().fieldName('root_plan_id').deleteRule('cascade').index(false),
    plan_id: p.string(),
    kind: p.string().$type<RequestKind>(),
    args: p.json<Json>().columnType('text'),
    asker: p.json<ProcessIdentity>(),
    asked_at: p.string(),
    progress: p.string().nullable(),
    /** From here on it can't be withdrawn. */
    claimed_at: p.string().nullable(),
    answered_at: p.string().nullable(),
    result: p.json<Json>().columnType('text').nullable(),
  },
  indexes: [{ name: 'requests_pending_idx', properties: ['root_plan_id', 'answered_at', 'asked_at'] }],
});

/** What another process asks of the one that runs a plan. */
export class RequestRow extends RequestSchema.class {}
RequestSchema.setClass(RequestRow);
