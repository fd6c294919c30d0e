import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { planStoreContract } from './plan-store.contract.ts';

describe.each(PLACE_KINDS)('plans in %s', (kind) => {
  planStoreContract(() => openPlace(kind));
});
