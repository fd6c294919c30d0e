import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { blobStoreContract } from './blob-store.contract.ts';

describe.each(PLACE_KINDS)('content in %s', (kind) => {
  blobStoreContract(() => openPlace(kind));
});
