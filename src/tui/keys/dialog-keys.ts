import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do while a dialog is open. Nothing that ends work is on Enter alone: the safe choice has the focus. */
export const DIALOG_KEYS: readonly KeyRow[] = [
  row('close', 'esc', ['dialog'], 'close the dialog', { hint: 'close', rank: 1 }),
  row('move-down', 'j down', ['dialog'], 'to the next choice'),
  row('move-up', 'k up', ['dialog'], 'to the choice before'),
  row('choose', 'enter', ['decision', 'settings', 'quit', 'stop'], 'take the choice that has the focus', {
    hint: 'choose',
    rank: 2,
  }),
  row('choose-number', '1 2 3 4 5 6 7 8 9', ['decision'], 'to the option of that number', {
    hint: 'option',
    rank: 3,
  }),
  row('next-waiting', 'tab a', ['decision'], 'to the next question that waits', {
    hint: 'next question',
    rank: 4,
  }),
  row('next-waiting', 'tab', ['answer', 'settings'], 'to the next question that waits', {
    hint: 'next question',
    rank: 4,
  }),
  row('deny', 'x', ['decision'], 'to the option that says no'),
  row('answer-yes', 'y', ['settings'], 'take the changed settings', {
    hint: 'take them',
    rank: 4,
    twin: 'plan approve PLAN',
  }),
  row('answer-no', 'n x', ['settings'], 'leave the settings as they were', {
    hint: 'leave them',
    rank: 3,
    twin: 'plan deny PLAN',
  }),
  row('quit-detach', 'd', ['quit'], 'leave; the plan goes on without this screen', {
    hint: 'detach',
    rank: 3,
  }),
  row('quit-pause', 'p', ['quit'], 'pause when the running step is done, and leave', {
    hint: 'pause',
    rank: 4,
  }),
  row('quit-cancel', 'c', ['quit'], 'cancel the plan: it cannot go on then', {
    hint: 'cancel the plan',
    rank: 5,
    twin: 'plan cancel PLAN',
  }),
  row('stop-now', 'y', ['stop'], 'end the running tool now', {
    hint: 'stop',
    rank: 3,
    twin: 'plan stop PLAN',
  }),
  row('close', 'enter', ['failure'], 'close the message'),
  row(
    'toggle-trigger',
    'space',
    ['triggers'],
    'turn the trigger or the interval on or off, in the settings file of the project',
    {
      hint: 'on or off',
      rank: 2,
      twin: 'config set core.checkpoints.auto_create_on LIST',
    },
  ),
  row('interval-more', '+ right', ['triggers'], 'a longer interval, in the settings file of the project', {
    hint: 'longer',
    rank: 3,
    twin: 'config set core.checkpoints.interval.seconds N',
  }),
  row('interval-less', '- left', ['triggers'], 'a shorter interval; below the shortest: none', {
    hint: 'shorter',
    rank: 4,
    twin: 'config set core.checkpoints.interval.steps N',
  }),
  row('close', 'T', ['triggers'], 'close the panel'),
  row('find', '/', ['help'], 'show only keys with a text', { hint: 'filter', rank: 2 }),
  row('close', '? f1', ['help'], 'close it'),
];
