import { Migration } from '@mikro-orm/migrations';

/**
 * Parts leave a table without rowids, where a value of more than a thousand bytes takes a page of its own, and name plan and section by
 * numbers. `state_parts` stays, as a view.
 */
export class Migration20261122000000_part_versions extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261122000000_part_versions';

  override up(): void {
    this.addSql('drop view "checkpoint_snapshots"');
    this.addSql(`create table plan_numbers (
        "number" integer not null primary key,
        "plan_id" text not null,
        constraint "plan_numbers_plan_id_foreign" foreign key ("plan_id") references "plans" ("id") on delete cascade
      )`);
    this.addSql('create unique index "plan_numbers_plan_uq" on "plan_numbers" ("plan_id")');
    this.addSql('insert into plan_numbers (plan_id) select id from plans order by created_at, id');
    this.addSql(`create table part_versions (
        "id" integer not null primary key,
        "plan" integer not null,
        "section" integer not null,
        "key" text not null,
        "from_seq" integer not null,
        "to_seq" integer not null default 9007199254740991,
        "ord" integer not null,
        "value" text not null,
        constraint "part_versions_plan_foreign" foreign key ("plan") references "plan_numbers" ("number") on delete cascade
      )`);
    this.addSql(`insert into part_versions (plan, section, key, from_seq, to_seq, ord, value)
      select (select number from plan_numbers where plan_numbers.plan_id = state_parts.plan_id),
        case section when 'plan' then 0 when 'steps' then 1 when 'tool_calls' then 2 when 'decisions' then 3
          when 'subplans' then 4 when 'context' then 5 when 'outputs' then 6 end,
        key, from_seq, to_seq, ord, value from state_parts`);
    this.addSql('drop table state_parts');
    // After the rows: sorted once, they are smaller and made faster than grown.
    this.addSql('create index "part_versions_from_idx" on "part_versions" ("plan", "from_seq")');
    this.addSql(`create unique index "part_versions_now_uq" on "part_versions" ("plan", "section", "key")
      where to_seq = 9007199254740991`);
    this.addSql('drop index "checkpoints_number_uq"');
    this.addSql('drop index "checkpoints_root_idx"');
    this.addSql('create index "checkpoints_root_idx" on "checkpoints" ("root_plan_id", "seq", "number")');
    this
      .addSql(`create view "state_parts" as select plans.root_id as root_plan_id, plan_numbers.plan_id, case section when 0 then 'plan' when 1 then 'steps' when 2 then 'tool_calls' when 3 then 'decisions' when 4 then 'subplans' when 5 then 'context' when 6 then 'outputs' end as section,
    key, from_seq, to_seq, ord, value
  from part_versions
  join plan_numbers on plan_numbers.number = part_versions.plan
  join plans on plans.id = plan_numbers.plan_id`);
    this
      .addSql(`create view "checkpoint_snapshots" as select checkpoint_id as id, owner_id as plan_id, created_at,
    case when seq is null then state_snapshot -> '$.state' else (
      select json_object(
        'phase', json(coalesce(max(value) filter (where part.section = 0 and key = 'phase'), '"strategize"')),
        'state', json(coalesce(max(value) filter (where part.section = 0 and key = 'state'), '"queued"')),
        'decisions', json(json_group_array(json(value)) filter (where part.section = 3)),
        'steps', json(json_group_array(json(value)) filter (where part.section = 1)),
        'tool_calls', json(json_group_array(json(value)) filter (where part.section = 2)),
        'subplans', json(json_group_array(json(value)) filter (where part.section = 4)),
        'context', json(json_group_object(key, json(value)) filter (where part.section = 5)),
        'outputs', json(json_group_object(key, json(value)) filter (where part.section = 6)),
        'result', json(coalesce(max(value) filter (where part.section = 0 and key = 'result'), 'null')),
        'cursor', json(coalesce(max(value) filter (where part.section = 0 and key = 'cursor'), 'null')),
        'error', json(coalesce(max(value) filter (where part.section = 0 and key = 'error'), 'null')))
      from (
        select section, key, case
            when section <> 6 then value
            when json_type(value, '$.call_id') is null then value -> '$.value'
            else coalesce(result, 'null')
          end as value
        from (
          select section, key, ord, value, max(case when held.section = 2 then value -> '$.result' end) over (partition by case section when 2 then key
              when 6 then json_extract(value, '$.call_id') end) as result
          from part_versions held
          where held.plan = place.plan and from_seq <= place.seq and to_seq > place.seq)
        order by ord, key) part
    ) end as state_snapshot
  from (
    select id as checkpoint_id, plan_id as owner_id, created_at, state_snapshot,
      json_extract(state_snapshot, '$.as_of.seq') as seq, (
        select number from plan_numbers
        where plan_numbers.plan_id = json_extract(state_snapshot, '$.as_of.plan_id')) as plan
    from checkpoints) place`);
  }
}
