import type { Database as Sqlite } from 'better-sqlite3';
import type { ProcessIdentity, ProcessTable } from '../ports/process-table.ts';
import type { StoredLease } from './entities/stored-lease.ts';
import { readStored } from './read-stored.ts';

const OPERATIONS = 'select process, started_at from operations where ended_at is null';
/** One that was given up may be the text `null`. */
const LEASES = "select lease from plans where lease is not null and lease <> 'null'";

/**
 * When the longest of the work that goes on now began, milliseconds since 1970; Infinity if there is none. Operations,
 * and the runs of plans, count until it is sure that their process is gone. 0 if one of them began later than `now`: the clock was
 * set back since, and what it touches may seem older than its beginning.
 */
export function workSince(agents: Sqlite, processes: ProcessTable, now: number): number {
  const begun = [...operationsOf(agents), ...leasesOf(agents)]
    .filter(({ process }) => processes.liveness(process) !== 'gone')
    .map(({ since }) => Date.parse(since));
  return begun.some((since) => since > now) ? 0 : Math.min(Infinity, ...begun);
}

interface Work {
  readonly process: ProcessIdentity;
  readonly since: string;
}

function operationsOf(agents: Sqlite): readonly Work[] {
  const rows = agents.prepare(OPERATIONS).all() as { process: string; started_at: string }[];
  return rows.map(({ process, started_at }) => ({
    process: readStored(process) as ProcessIdentity,
    since: started_at,
  }));
}

function leasesOf(agents: Sqlite): readonly Work[] {
  const texts = agents.prepare(LEASES).pluck().all() as string[];
  const leases = texts.map((text) => readStored(text) as StoredLease);
  return leases.map(({ holder, since }) => ({ process: holder, since }));
}
