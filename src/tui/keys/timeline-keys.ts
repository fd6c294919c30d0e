import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do in the list of checkpoints beside moving in it. */
export const TIMELINE_KEYS: readonly KeyRow[] = [
  row(
    'newest',
    'end',
    ['checkpoints'],
    'to the newest checkpoint, and follow it; the plan is shown as it is now',
  ),
  row('follow', 'f', ['checkpoints'], 'follow the newest checkpoint, or stop that', {
    hint: 'follow',
    rank: 60,
  }),
  row(
    'filter-trigger',
    'i',
    ['checkpoints'],
    'only what one trigger took; again: the next trigger, then all',
    {
      hint: 'by trigger',
      rank: 62,
    },
  ),
];
