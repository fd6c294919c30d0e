import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do on the home screen, beside those of every dialog and every typed text. */
export const HOME_KEYS: readonly KeyRow[] = [
  row('move-down', 'j down', ['home'], 'one row down'),
  row('move-up', 'k up', ['home'], 'one row up'),
  row('half-down', 'ctrl-d', ['home'], 'half a page down'),
  row('half-up', 'ctrl-u', ['home'], 'half a page up'),
  row('page-down', 'pagedown', ['home'], 'a page down'),
  row('page-up', 'pageup', ['home'], 'a page up'),
  row('move-first', 'g home', ['home'], 'to the first plan'),
  row('move-last', 'G end', ['home'], 'to the last document'),
  row('next-pane', 'tab shift-tab', ['home'], 'from the plans to the documents, and back', {
    hint: 'documents',
    rank: 22,
  }),
  row('open', 'enter', ['home'], 'open the plan; on a document: make a plan of it', {
    hint: 'open',
    rank: 3,
    twin: 'plan watch PLAN, plan run FILE',
  }),
  row(
    'resume-plan',
    'r',
    ['home'],
    'open the plan and go on with it; if it has failed, from its failed step',
    {
      hint: 'go on',
      rank: 20,
      twin: 'plan execute PLAN, plan retry PLAN',
    },
  ),
  row('delete-plan', 'D', ['home'], 'delete the plan for good; asks first', {
    hint: 'delete',
    rank: 40,
    twin: 'plan delete PLAN',
  }),
  row(
    'find',
    '/',
    ['home'],
    'show only plans and documents with all words; name:, state:, folder: before one',
    { hint: 'filter', rank: 24 },
  ),
  row('everywhere', 'A', ['home'], 'the plans of all folders, or of this one', {
    hint: 'all folders',
    rank: 26,
    twin: 'plan list --all-workspaces',
  }),
  row('order', 'o', ['home'], 'the order of the plans: what needs you, newest, by name, least done first', {
    hint: 'order',
    rank: 28,
  }),
  row('back', 'esc', ['home'], 'one level back: the filter; never quits'),
  row('help', '?', ['home'], 'the keys that are valid here', { hint: 'keys', rank: 2 }),
  row('quit', 'q', ['home'], 'leave; no plan is touched by that', { hint: 'quit', rank: 1 }),
  row('interrupt', 'ctrl-c', ['home'], 'leave'),
  row('choose', 'enter', ['run', 'delete'], 'take the choice that has the focus', {
    hint: 'choose',
    rank: 2,
  }),
  row('run-now', 'y', ['run'], 'make the plan and run it', {
    hint: 'run it',
    rank: 3,
    twin: 'plan run FILE -i NAME=VALUE',
  }),
  row('delete-now', 'y', ['delete'], 'delete it for good', {
    hint: 'delete',
    rank: 3,
    twin: 'plan delete PLAN --yes',
  }),
  row('input-cancel', 'esc', ['form'], 'to the input before; on the first one: close', {
    hint: 'back',
    rank: 2,
  }),
  row('input-accept', 'enter', ['form'], 'to the next input', { hint: 'next', rank: 1 }),
];
