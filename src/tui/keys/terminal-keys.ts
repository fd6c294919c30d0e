import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do with the terminal itself: help beside the list of keys, copies, files, mouse, bell. */
export const TERMINAL_KEYS: readonly KeyRow[] = [
  row('about', 'f1 H', ['global', 'home'], 'what this place is for, in a few sentences'),
  row(
    'mute',
    'M',
    ['global'],
    'no bell and no notices when the plan waits, has failed or is done; again: both',
    {
      twin: 'config set ui.notify false',
    },
  ),
];
