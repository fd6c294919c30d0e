import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { planForksContract } from './plan-forks.contract.ts';

describe.each(PLACE_KINDS)('forks in %s', (kind) => {
  planForksContract(() => openPlace(kind));
});
