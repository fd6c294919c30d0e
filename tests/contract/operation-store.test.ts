import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { operationStoreContract } from './operation-store.contract.ts';

describe.each(PLACE_KINDS)('operations in %s', (kind) => {
  operationStoreContract(() => openPlace(kind));
});
