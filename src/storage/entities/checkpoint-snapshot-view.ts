import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../../domain/json.ts';
import type { Section } from '../../domain/plan-state.ts';
import { sectionCode } from '../section-codes.ts';

/** Where the state of a checkpoint whose row only names a place stands. */
const PLACE = `
    select id as checkpoint_id, plan_id as owner_id, created_at, state_snapshot,
      json_extract(state_snapshot, '$.as_of.seq') as seq, (
        select number from plan_numbers
        where plan_numbers.plan_id = json_extract(state_snapshot, '$.as_of.plan_id')) as plan
    from checkpoints`;

const isIn = (part: string, section: Section): string => `${part}.section = ${sectionCode(section)}`;

const list = (section: Section): string =>
  `'${section}', json(json_group_array(json(value)) filter (where ${isIn('part', section)}))`;

const single = (key: string, missing: string): string =>
  `'${key}', json(coalesce(max(value) filter (where ${isIn('part', 'plan')} and key = '${key}'), '${missing}'))`;

const record = (section: Section): string =>
  `'${section}', json(json_group_object(key, json(value)) filter (where ${isIn('part', section)}))`;

/** `->` keeps the JSON text as it is; json_extract would turn true into 1 and shorten numbers. */
const RESULT = `case when ${isIn('held', 'tool_calls')} then value -> '$.result' end`;

/** The call that a part is, or whose result an output is. Sorted by it both stand together: a join would look at all calls for each. */
const CALL = `case section when ${sectionCode('tool_calls')} then key
              when ${sectionCode('outputs')} then json_extract(value, '$.call_id') end`;

const VALUE = `case
            when section <> ${sectionCode('outputs')} then value
            when json_type(value, '$.call_id') is null then value -> '$.value'
            else coalesce(result, 'null')
          end`;

/** The same as `snapshotOf` gives (domain/state-snapshot.ts), for anyone with plain SQL. SQLite 3.38 or later. */
export const CHECKPOINT_SNAPSHOTS_SQL = `select checkpoint_id as id, owner_id as plan_id, created_at,
    case when seq is null then state_snapshot -> '$.state' else (
      select json_object(
        ${[
          single('phase', '"strategize"'),
          single('state', '"queued"'),
          list('decisions'),
          list('steps'),
          list('tool_calls'),
          list('subplans'),
          record('context'),
          record('outputs'),
          single('result', 'null'),
          single('cursor', 'null'),
          single('error', 'null'),
        ].join(',\n        ')})
      from (
        select section, key, ${VALUE} as value
        from (
          select section, key, ord, value, max(${RESULT}) over (partition by ${CALL}) as result
          from part_versions held
          where held.plan = place.plan and from_seq <= place.seq and to_seq > place.seq)
        order by ord, key) part
    ) end as state_snapshot
  from (${PLACE}) place`;

const CheckpointSnapshotSchema = defineEntity({
  name: 'CheckpointSnapshotView',
  tableName: 'checkpoint_snapshots',
  view: true,
  expression: CHECKPOINT_SNAPSHOTS_SQL,
  properties: {
    id: p.string().primary(),
    plan_id: p.string(),
    created_at: p.string(),
    state_snapshot: p.json<JsonObject>(),
  },
});

/** The whole state of every checkpoint, whatever form its row has. */
export class CheckpointSnapshotView extends CheckpointSnapshotSchema.class {}
CheckpointSnapshotSchema.setClass(CheckpointSnapshotView);
