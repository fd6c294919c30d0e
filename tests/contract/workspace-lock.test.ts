import { describe } from 'vitest';
import { openPlace, PLACE_KINDS } from '../support/storage-places.ts';
import { workspaceLockContract } from './workspace-lock.contract.ts';

describe.each(PLACE_KINDS)('write locks in %s', (kind) => {
  workspaceLockContract(() => openPlace(kind));
});
