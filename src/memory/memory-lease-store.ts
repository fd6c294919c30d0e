import { earlierHolders } from '../domain/earlier-holders.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Lease, LeaseStore } from '../ports/lease-store.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { MemoryTables } from './memory-tables.ts';

/** Leases in memory. */
export class MemoryLeaseStore implements LeaseStore {
  readonly #tables: MemoryTables;
  readonly #now: () => number;

  constructor(tables: MemoryTables, now: () => number) {
    this.#tables = tables;
    this.#now = now;
  }

  async read(rootId: PlanId): Promise<Lease | null> {
    return this.#tables.journal(rootId).lease;
  }

  async acquire(
    rootId: PlanId,
    holder: ProcessIdentity,
    role: Lease['role'],
    replaceFence: number | null,
  ): Promise<Lease | null> {
    const journal = this.#tables.journal(rootId);
    if (journal.lease && journal.lease.fence !== replaceFence) return null;
    const earlier = journal.lease ? { earlier: earlierHolders(journal.lease) } : {};
    journal.fence += 1;
    const since = new Date(this.#now()).toISOString();
    journal.lease = { rootId, holder, role, fence: journal.fence, since, heartbeat_at: since, ...earlier };
    return journal.lease;
  }

  async heartbeat(lease: Lease): Promise<boolean> {
    const journal = this.#tables.journals.get(lease.rootId);
    if (journal?.lease?.fence !== lease.fence) return false;
    journal.lease = { ...journal.lease, heartbeat_at: new Date(this.#now()).toISOString() };
    return true;
  }

  async release(lease: Lease): Promise<void> {
    const journal = this.#tables.journals.get(lease.rootId);
    if (journal?.lease?.fence === lease.fence) journal.lease = null;
  }
}
