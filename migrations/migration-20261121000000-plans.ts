import { Migration } from '@mikro-orm/migrations';

/** Plans, their journals and states, checkpoints, requests: the first schema of agents.db. */
export class Migration20261121000000_plans extends Migration {
  /** Recorded in the database; never change it. */
  override name = 'Migration20261121000000_plans';

  override up(): void {
    this.addSql(`create table operations (
        "id" text not null primary key,
        "kind" text not null,
        "root_plan_id" text null,
        "workspace" text null,
        "process" json not null,
        "started_at" text not null,
        "ended_at" text null,
        "progress" json null
      )`);
    this.addSql(`create index "operations_open_idx" on "operations" ("ended_at", "started_at")`);
    this.addSql(`create table plans (
        "id" text not null primary key,
        "root_id" text not null,
        "parent_id" text null,
        "forked_from" json null,
        "name" text not null,
        "goal" text null,
        "workspace" text not null,
        "phase" text not null,
        "state" text not null,
        "state_hash" text not null,
        "last_checkpoint_id" text null,
        "error" json null,
        "created_at" text not null,
        "updated_at" text not null,
        "head_seq" integer not null default 0,
        "head_hash" blob null,
        "last_number" integer not null default 0,
        "lease" json null,
        "lease_fence" integer not null default 0,
        "inputs" json not null,
        "effective_config" json not null,
        "included_documents" json not null,
        "document" json not null,
        constraint "plans_root_id_foreign" foreign key ("root_id") references "plans" ("id") on delete cascade,
        constraint "plans_parent_id_foreign" foreign key ("parent_id") references "plans" ("id") on delete cascade
      )`);
    this.addSql(`create index "plans_parent_idx" on "plans" ("parent_id")`);
    this.addSql(`create index "plans_root_idx" on "plans" ("root_id", "created_at", "id")`);
    this.addSql(`create index "plans_workspace_idx" on "plans" ("workspace", "created_at", "id")`);
    this.addSql(`create index "plans_created_idx" on "plans" ("created_at", "id")`);
    this.addSql(`create table plan_events (
        "root_plan_id" text not null,
        "seq" integer not null,
        "plan_id" text not null,
        "type" text not null,
        "v" integer not null,
        "at" text not null,
        "hash" blob not null,
        "payload" json not null,
        primary key ("root_plan_id", "seq"),
        constraint "plan_events_root_plan_id_foreign" foreign key ("root_plan_id") references "plans" ("id") on delete cascade
      ) without rowid`);
    this.addSql(`create table checkpoints (
        "id" text not null primary key,
        "plan_id" text not null,
        "root_plan_id" text not null,
        "created_at" text not null,
        "seq" integer not null,
        "number" integer not null,
        "trigger" text not null,
        "label" text null,
        "phase" text not null,
        "state" text not null,
        "step_id" text null,
        "tool" text null,
        "tool_call_id" text null,
        "attempt" integer null,
        "outcome" text null,
        "capture" text not null,
        "capture_reason" text null,
        "capture_paths" json not null,
        "tree_hash" text null,
        "state_hash" text not null,
        "files_changed" integer null,
        "bytes" integer not null,
        "parent_id" text null,
        "pinned" integer not null default false,
        "metadata" json not null,
        "state_snapshot" json not null,
        constraint "checkpoints_plan_id_foreign" foreign key ("plan_id") references "plans" ("id") on delete cascade,
        constraint "checkpoints_root_plan_id_foreign" foreign key ("root_plan_id") references "plans" ("id") on delete cascade
      )`);
    this.addSql(`create index "checkpoints_root_idx" on "checkpoints" ("root_plan_id", "seq")`);
    this.addSql(`create index "checkpoints_plan_idx" on "checkpoints" ("plan_id", "seq")`);
    this.addSql(`create unique index "checkpoints_number_uq" on "checkpoints" ("root_plan_id", "number")`);
    this.addSql(`create table requests (
        "id" text not null primary key,
        "root_plan_id" text not null,
        "plan_id" text not null,
        "kind" text not null,
        "args" text not null,
        "asker" json not null,
        "asked_at" text not null,
        "progress" text null,
        "claimed_at" text null,
        "answered_at" text null,
        "result" text null,
        constraint "requests_root_plan_id_foreign" foreign key ("root_plan_id") references "plans" ("id") on delete cascade
      )`);
    this.addSql(
      `create index "requests_pending_idx" on "requests" ("root_plan_id", "answered_at", "asked_at")`,
    );
    this.addSql(`create table state_parts (
        "root_plan_id" text not null,
        "plan_id" text not null,
        "section" text not null,
        "key" text not null,
        "from_seq" integer not null,
        "to_seq" integer not null default 9007199254740991,
        "ord" integer not null,
        "value" text not null,
        primary key ("root_plan_id", "plan_id", "section", "key", "from_seq"),
        constraint "state_parts_root_plan_id_foreign" foreign key ("root_plan_id") references "plans" ("id") on delete cascade
      ) without rowid`);
    this.addSql(`create table workspaces (
        "id" text not null primary key,
        "path" text not null,
        "device" text null,
        "inode" text null,
        "write_lock" json null,
        "last_tree" text null
      )`);
    this.addSql(`create unique index "workspaces_path_uq" on "workspaces" ("path")`);
    this
      .addSql(`create view "checkpoint_snapshots" as select checkpoint_id as id, owner_id as plan_id, created_at,
    case when root_id is null then state_snapshot -> '$.state' else json_object(
      'phase', json(coalesce((
        select part.value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'plan'
          and part.from_seq <= place.seq and part.to_seq > place.seq and part.key = 'phase'), '"strategize"')),
      'state', json(coalesce((
        select part.value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'plan'
          and part.from_seq <= place.seq and part.to_seq > place.seq and part.key = 'state'), '"queued"')),
      'decisions', json((
        select json_group_array(json(value)) from (
          select part.value as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'decisions'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'steps', json((
        select json_group_array(json(value)) from (
          select part.value as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'steps'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'tool_calls', json((
        select json_group_array(json(value)) from (
          select part.value as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'tool_calls'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'subplans', json((
        select json_group_array(json(value)) from (
          select part.value as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'subplans'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'context', json((
        select json_group_object(key, json(value)) from (
          select part.key as key, part.value as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'context'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'outputs', json((
        select json_group_object(key, json(value)) from (
          select part.key as key, case
            when json_type(part.value, '$.call_id') is null then part.value -> '$.value'
            else coalesce((
              select call.value -> '$.result' from state_parts call
              where call.root_plan_id = place.root_id
          and call.plan_id = place.plan_id and call.section = 'tool_calls'
          and call.from_seq <= place.seq and call.to_seq > place.seq and call.key = json_extract(part.value, '$.call_id')), 'null')
            end as value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'outputs'
          and part.from_seq <= place.seq and part.to_seq > place.seq
          order by part.ord, part.key))),
      'result', json(coalesce((
        select part.value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'plan'
          and part.from_seq <= place.seq and part.to_seq > place.seq and part.key = 'result'), 'null')),
      'cursor', json(coalesce((
        select part.value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'plan'
          and part.from_seq <= place.seq and part.to_seq > place.seq and part.key = 'cursor'), 'null')),
      'error', json(coalesce((
        select part.value from state_parts part where part.root_plan_id = place.root_id
          and part.plan_id = place.plan_id and part.section = 'plan'
          and part.from_seq <= place.seq and part.to_seq > place.seq and part.key = 'error'), 'null'))
    ) end as state_snapshot
  from (
    select id as checkpoint_id, plan_id as owner_id, created_at, state_snapshot,
      json_extract(state_snapshot, '$.as_of.root_plan_id') as root_id,
      json_extract(state_snapshot, '$.as_of.plan_id') as plan_id,
      json_extract(state_snapshot, '$.as_of.seq') as seq
    from checkpoints) place`);
  }
}
