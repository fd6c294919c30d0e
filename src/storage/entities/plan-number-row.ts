import { defineEntity, p } from '@mikro-orm/core';
import { PlanRow } from './plan-row.ts';

const PlanNumberSchema = defineEntity({
  name: 'PlanNumberRow',
  tableName: 'plan_numbers',
  properties: {
    // Without autoincrement: that writes a table of its own with each row.
    number: p.integer().primary().autoincrement(false),
    plan_id: () =>
      p.oneToOne(PlanRow).mapToPk().fieldName('plan_id').deleteRule('cascade').unique('plan_numbers_plan_uq'),
  },
});

/** A plan by a number of a byte or two: its parts stand in thousands of rows. Only within one file: copies give others. */
export class PlanNumberRow extends PlanNumberSchema.class {}
PlanNumberSchema.setClass(PlanNumberRow);
