import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do with the terminal itself: help beside the list of keys, copies, files, mouse, bell. */
export const TERMINAL_KEYS: readonly KeyRow[] = [
  row('about', 'f1 H', ['global', 'home'], 'what this place is for, in a few sentences'),
  row('copy-row', 'y', ['global'], 'copy the selected row; in the detail the line that the search found'),
  row('copy-text', 'Y', ['global'], 'copy all of the detail, without what is drawn around it'),
  row('page-text', 'L', ['global'], 'all of the detail in $PAGER'),
  row('edit-file', 'e', ['global'], 'the file that the selected step wrote or read, in $EDITOR'),
  row('view-file', 'o', ['global'], 'the file that the selected step wrote or read, in $PAGER'),
  row('mouse', 'm', ['global', 'home'], 'clicks and the wheel for this screen, or for the terminal again', {
    hint: 'mouse',
    rank: 66,
    twin: 'config set ui.mouse true',
  }),
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
