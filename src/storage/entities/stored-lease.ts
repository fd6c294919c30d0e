import type { Lease } from '../../ports/lease-store.ts';

/** The `lease` column of a root plan; its fence has a column of its own, because every append compares it. */
export type StoredLease = Omit<Lease, 'rootId' | 'fence'>;
