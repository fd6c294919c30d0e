import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database as Sqlite } from 'better-sqlite3';
import type { ObjectUsage, StorageUsage } from '../ports/object-garbage.ts';
import type { ObjectFiles } from './object-files.ts';

const TREES = 'select count(*) as count, coalesce(sum(octet_length(entries)), 0) as bytes from trees';
const ROWS = `select count(*) as count, coalesce(sum(octet_length(content)), 0) + (
    select coalesce(sum(octet_length(content)), 0) from bundles) as bytes from blobs`;
const SCANS =
  'select count(*) as count, coalesce(sum(octet_length(packed)), 0) as bytes from scanned_folders';

const PLANS = `select root_id as plan_id, (select name from plans root where root.id = plans.root_id) as name,
    (select coalesce(sum(octet_length(document) + octet_length(included_documents)), 0)
      from plan_documents where root_plan_id = root_id) + (
      select coalesce(sum(octet_length(payload)), 0) from plan_events where root_plan_id = root_id) + (
      select coalesce(sum(octet_length(value)), 0) from state_parts where root_plan_id = root_id) + (
      select coalesce(sum(octet_length(state_snapshot)), 0) from checkpoints where root_plan_id = root_id) as bytes
  from plans group by root_id order by bytes desc, root_id`;

/** What is stored, and how much room it takes. */
export function readUsage(agents: Sqlite, objects: Sqlite, files: ObjectFiles): StorageUsage {
  const usageOf = (sql: string): ObjectUsage => objects.prepare(sql).get() as ObjectUsage;
  const rows = usageOf(ROWS);
  let [count, bytes] = [rows.count, rows.bytes];
  for (const file of files.all()) {
    count += 1;
    bytes += file.bytes;
  }
  return {
    databases: [agents, objects].map(databaseUsage),
    trees: usageOf(TREES),
    contents: { count, bytes },
    scans: usageOf(SCANS),
    plans: agents.prepare(PLANS).all() as StorageUsage['plans'],
  };
}

function databaseUsage(db: Sqlite): StorageUsage['databases'][number] {
  const free = db.pragma('freelist_count', { simple: true }) as number;
  const page = db.pragma('page_size', { simple: true }) as number;
  const bytes = sizeOf(db.name) + sizeOf(`${db.name}-wal`);
  return { name: basename(db.name), bytes, free: free * page };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
