import { defineEntity, p } from '@mikro-orm/core';
import type { Json } from '../../domain/json.ts';
import { PlanRow } from './plan-row.ts';

const PlanDocumentSchema = defineEntity({
  name: 'PlanDocumentRow',
  tableName: 'plan_documents',
  properties: {
    plan_id: () => p.oneToOne(PlanRow).mapToPk().fieldName('plan_id').primary().deleteRule('cascade'),
    root_plan_id: p.string(),
    included_documents: p.json<Json>(),
    document: p.json<Json>(),
  },
  indexes: [{ name: 'plan_documents_root_idx', properties: ['root_plan_id'] }],
});

/** What a plan was made of. Apart from its row, which every commit reads whole and writes. */
export class PlanDocumentRow extends PlanDocumentSchema.class {}
PlanDocumentSchema.setClass(PlanDocumentRow);
