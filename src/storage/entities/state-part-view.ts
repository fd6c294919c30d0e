import { defineEntity, p } from '@mikro-orm/core';
import { sectionName } from '../section-codes.ts';

/** The versions of parts with the names of what they are of, for anyone with plain SQL. */
export const STATE_PARTS_SQL = `select plans.root_id as root_plan_id, plan_numbers.plan_id, ${sectionName('section')} as section,
    key, from_seq, to_seq, ord, value
  from part_versions
  join plan_numbers on plan_numbers.number = part_versions.plan
  join plans on plans.id = plan_numbers.plan_id`;

const StatePartSchema = defineEntity({
  name: 'StatePartView',
  tableName: 'state_parts',
  view: true,
  expression: STATE_PARTS_SQL,
  properties: {
    root_plan_id: p.string().primary(),
    plan_id: p.string().primary(),
    section: p.string().primary(),
    key: p.string().primary(),
    from_seq: p.integer().primary(),
    to_seq: p.integer(),
    ord: p.integer(),
    value: p.text(),
  },
});

/** What was true when, in words. */
export class StatePartView extends StatePartSchema.class {}
StatePartSchema.setClass(StatePartView);
