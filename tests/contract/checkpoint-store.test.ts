import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { checkpointStoreContract } from './checkpoint-store.contract.ts';

describe.each(PLACE_KINDS)('checkpoints in %s', (kind) => {
  checkpointStoreContract(() => openPlace(kind));
});
