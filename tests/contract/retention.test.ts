import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { retentionContract } from './retention.contract.ts';

describe.each(PLACE_KINDS)('retention in %s', (kind) => {
  retentionContract(() => openPlace(kind));
});
