import { defineEntity, p } from '@mikro-orm/core';
import type { Json } from '../../domain/json.ts';
import { STILL_HOLDS } from '../still-holds.ts';
import { PlanNumberRow } from './plan-number-row.ts';

const PartVersionSchema = defineEntity({
  name: 'PartVersionRow',
  tableName: 'part_versions',
  properties: {
    id: p.integer().primary().autoincrement(false),
    plan: () => p.manyToOne(PlanNumberRow).mapToPk().fieldName('plan').deleteRule('cascade').index(false),
    section: p.integer(),
    key: p.string(),
    from_seq: p.integer(),
    to_seq: p.integer().default(STILL_HOLDS),
    ord: p.integer(),
    // `text`, not `json`: SQLite would turn a bare number in a `json` column into its own, and lose digits.
    value: p.json<Json>().columnType('text'),
  },
  uniques: [
    // Of each part one version holds now. Past ones are found by when they began.
    {
      name: 'part_versions_now_uq',
      properties: ['plan', 'section', 'key'],
      where: `to_seq = ${STILL_HOLDS}`,
    },
  ],
  indexes: [{ name: 'part_versions_from_idx', properties: ['plan', 'from_seq'] }],
});

/** One piece of state and when it held: from `from_seq` on, until before `to_seq`. People read it as `state_parts`. */
export class PartVersionRow extends PartVersionSchema.class {}
PartVersionSchema.setClass(PartVersionRow);
