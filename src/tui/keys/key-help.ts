import { padCells } from '../words/cells.ts';
import type { Line } from '../lines/line.ts';
import { DEFAULT_KEYS, type ReachableRow } from './find-key.ts';
import { keyLabels } from './key-names.ts';
import type { KeyScope } from './key-row.ts';

/** What a group of keys is called where people read it. */
export const SCOPE_TITLES: Readonly<Record<KeyScope, string>> = {
  command: 'Typing a command',
  output: 'What a command said',
  answer: 'Typing an answer',
  form: 'Typing the inputs of a document',
  input: 'Typing a text',
  decision: 'A question that waits',
  settings: 'Changed settings that wait',
  quit: 'Quit',
  stop: 'Stop',
  cancel: 'Cancel',
  rollback: 'Rolling back',
  paths: 'Rolling back: the paths',
  conflicts: 'Rolling back: what somebody else changed',
  patch: 'Rolling back: what differs in a path',
  fork: 'Forking a plan',
  forked: 'A plan that was forked',
  compensate: 'What undone steps did elsewhere',
  failure: 'What did not work',
  triggers: 'Triggers',
  run: 'Running a document',
  delete: 'Deleting a plan',
  help: 'Keys',
  dialog: 'Every dialog',
  home: 'Home',
  plan: 'Plan',
  checkpoints: 'Checkpoints',
  list: 'Plan and checkpoints',
  detail: 'Detail',
  global: 'Everywhere',
  always: 'Always, also while something is open',
};

const KEY_CELLS = 16;

/**
 * What `?` shows for these scopes: a title, then its keys, scope by scope. `filter`: only rows with that text, in
 * either case. One line a key; cutting to the width is the caller's.
 */
export function helpLines(scopes: readonly KeyScope[], filter: string, keys = DEFAULT_KEYS): readonly Line[] {
  const rows = keys.reachable(scopes).filter((found) => matches(found, filter.toLowerCase()));
  const groups = scopes.map((scope) => ({
    scope,
    rows: rows.filter(({ row }) => homeOf(row.scopes, scopes) === scope),
  }));
  return groups
    .filter((group) => group.rows.length > 0)
    .flatMap((group, index): readonly Line[] => [
      ...(index > 0 ? [[]] : []),
      [{ text: SCOPE_TITLES[group.scope], tone: 'strong' }],
      ...group.rows.map(helpLine),
    ]);
}

/** A row that is valid in two of the scopes stands in the inner one. */
const homeOf = (row: readonly KeyScope[], scopes: readonly KeyScope[]) =>
  scopes.find((scope) => row.includes(scope));

function matches({ row, keys }: ReachableRow, filter: string): boolean {
  return `${keyLabels(keys)} ${row.about} ${row.twin ?? ''}`.toLowerCase().includes(filter);
}

function helpLine({ row, keys }: ReachableRow): Line {
  return [
    { text: `  ${padCells(keyLabels(keys), KEY_CELLS)}`, tone: 'accent' },
    { text: row.about, tone: 'plain' },
    ...(row.twin === null ? [] : [{ text: `  (agents ${row.twin})`, tone: 'dim' } as const]),
  ];
}
