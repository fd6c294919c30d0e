import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { requestStoreContract } from './request-store.contract.ts';

describe.each(PLACE_KINDS)('requests in %s', (kind) => {
  requestStoreContract(() => openPlace(kind));
});
