import { keyRow as row, type KeyRow } from './key-row.ts';

/** What keys do while a line is typed; all others write themselves. */
export const INPUT_KEYS: readonly KeyRow[] = [
  row('input-accept', 'enter', ['input'], 'take the text', { hint: 'take it', rank: 1 }),
  row('input-cancel', 'esc', ['input'], 'leave it as it was', { hint: 'cancel', rank: 2 }),
  row('input-left', 'left ctrl-b', ['input'], 'a character to the left'),
  row('input-right', 'right ctrl-f', ['input'], 'a character to the right'),
  row('input-home', 'home ctrl-a', ['input'], 'to the beginning'),
  row('input-end', 'end ctrl-e', ['input'], 'to the end'),
  row('input-rub-out', 'backspace', ['input'], 'delete the character before'),
  row('input-delete', 'delete ctrl-d', ['input'], 'delete the character after'),
  row('input-rub-out-word', 'ctrl-w', ['input'], 'delete the word before'),
  row('input-clear', 'ctrl-u', ['input'], 'delete what is before', { hint: 'clear', rank: 3 }),
];
