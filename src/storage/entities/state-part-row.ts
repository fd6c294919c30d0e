import { defineEntity, p } from '@mikro-orm/core';
import type { Json } from '../../domain/json.ts';
import { STILL_HOLDS } from '../still-holds.ts';
import { PlanRow } from './plan-row.ts';

const StatePartSchema = defineEntity({
  name: 'StatePartRow',
  tableName: 'state_parts',
  properties: {
    root_plan_id: () =>
      p.manyToOne(PlanRow).mapToPk().fieldName('root_plan_id').deleteRule('cascade').index(false).primary(),
    plan_id: p.string().primary(),
    section: p.string().primary(),
    key: p.string().primary(),
    from_seq: p.integer().primary(),
    to_seq: p.integer().default(STILL_HOLDS),
    ord: p.integer(),
    // `text`, not `json`: SQLite would turn a bare number in a `json` column into its own, and lose digits.
    value: p.json<Json>().columnType('text'),
  },
});

/** One piece of state and when it held: from `from_seq` on, until before `to_seq`. */
export class StatePartRow extends StatePartSchema.class {}
StatePartSchema.setClass(StatePartRow);
