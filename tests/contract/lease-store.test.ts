import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { leaseStoreContract } from './lease-store.contract.ts';

describe.each(PLACE_KINDS)('leases in %s', (kind) => {
  leaseStoreContract(() => openPlace(kind));
});
