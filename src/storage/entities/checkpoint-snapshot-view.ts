import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../../domain/json.ts';

/** Where the state of a checkpoint whose row only names a place stands. */
const PLACE = `
    select id as checkpoint_id, plan_id as owner_id, created_at, state_snapshot,
      json_extract(state_snapshot, '$.as_of.root_plan_id') as root_id,
      json_extract(state_snapshot, '$.as_of.plan_id') as plan_id,
      json_extract(state_snapshot, '$.as_of.seq') as seq
    from checkpoints`;

const holds = (part: string, section: string): string => `${part}.root_plan_id = place.root_id
          and ${part}.plan_id = place.plan_id and ${part}.section = '${section}'
          and ${part}.from_seq <= place.seq and ${part}.to_seq > place.seq`;

const list = (section: string): string => `'${section}', json((
        select json_group_array(json(value)) from (
          select part.value as value from state_parts part where ${holds('part', section)}
          order by part.ord, part.key)))`;

const single = (key: string, missing: string): string => `'${key}', json(coalesce((
        select part.value from state_parts part where ${holds('part', 'plan')} and part.key = '${key}'), '${missing}'))`;

const record = (section: string, value: string): string => `'${section}', json((
        select json_group_object(key, json(value)) from (
          select part.key as key, ${value} as value from state_parts part where ${holds('part', section)}
          order by part.ord, part.key)))`;

/** `->` keeps the JSON text as it is; json_extract would turn true into 1 and shorten numbers. */
const OUTPUT = `case
            when json_type(part.value, '$.call_id') is null then part.value -> '$.value'
            else coalesce((
              select call.value -> '$.result' from state_parts call
              where ${holds('call', 'tool_calls')} and call.key = json_extract(part.value, '$.call_id')), 'null')
            end`;

/** The same as `snapshotOf` gives (domain/state-snapshot.ts), for anyone with plain SQL. SQLite 3.38 or later. */
export const CHECKPOINT_SNAPSHOTS_SQL = `select checkpoint_id as id, owner_id as plan_id, created_at,
    case when root_id is null then state_snapshot -> '$.state' else json_object(
      ${[
        single('phase', '"strategize"'),
        single('state', '"queued"'),
        list('decisions'),
        list('steps'),
        list('tool_calls'),
        list('subplans'),
        record('context', 'part.value'),
        record('outputs', OUTPUT),
        single('result', 'null'),
        single('cursor', 'null'),
        single('error', 'null'),
      ].join(',\n      ')}
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
