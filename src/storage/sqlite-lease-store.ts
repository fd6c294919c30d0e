import { earlierHolders } from '../domain/earlier-holders.ts';
import type { PlanId } from '../domain/ids.ts';
import { planNotFound } from '../domain/references.ts';
import type { Lease, LeaseStore } from '../ports/lease-store.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { Database } from './database.ts';
import type { StoredLease } from './entities/stored-lease.ts';
import { readStored } from './read-stored.ts';

const READ = 'select lease, lease_fence from plans where id = ?';
const TAKE = 'update plans set lease = ?, lease_fence = ? where id = ?';
const BEAT = `update plans set lease = json_set(lease, '$.heartbeat_at', ?)
  where id = ? and lease_fence = ? and lease is not null`;
// The fence stays: the next holder's is greater, so a late append of this one is refused.
const GIVE_UP = 'update plans set lease = null where id = ? and lease_fence = ?';

/** Leases as a column of root plans. */
export class SqliteLeaseStore implements LeaseStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async read(rootId: PlanId): Promise<Lease | null> {
    return this.#database.read((database) => readLease(database, rootId).lease);
  }

  async acquire(
    rootId: PlanId,
    holder: ProcessIdentity,
    role: Lease['role'],
    replaceFence: number | null,
  ): Promise<Lease | null> {
    return this.#database.write((database) => {
      const { lease, fence } = readLease(database, rootId);
      if (lease && lease.fence !== replaceFence) return null;
      const since = this.#time();
      const earlier = lease ? { earlier: earlierHolders(lease) } : {};
      const taken: StoredLease = { holder, role, since, heartbeat_at: since, ...earlier };
      database.statement(TAKE).run(JSON.stringify(taken), fence + 1, rootId);
      return { ...taken, rootId, fence: fence + 1 };
    });
  }

  async heartbeat(lease: Lease): Promise<boolean> {
    return this.#database.write(
      (database) => database.statement(BEAT).run(this.#time(), lease.rootId, lease.fence).changes === 1,
    );
  }

  async release(lease: Lease): Promise<void> {
    await this.#database.write((database) => database.statement(GIVE_UP).run(lease.rootId, lease.fence));
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** @throws NotFoundError `plan_not_found` */
function readLease(database: Database, rootId: PlanId): { lease: Lease | null; fence: number } {
  const row = database.statement(READ).get(rootId) as
    | { lease: string | null; lease_fence: number }
    | undefined;
  if (!row) throw planNotFound(rootId);
  const fence = row.lease_fence;
  if (row.lease === null) return { lease: null, fence };
  return { lease: { ...(readStored(row.lease) as StoredLease), rootId, fence }, fence };
}
