import { keyRow as row, type KeyRow } from './key-row.ts';

/** The command line of both screens, and the dialog that shows what a command said. */
export const COMMAND_KEYS: readonly KeyRow[] = [
  row('command', ':', ['global', 'home', 'output'], 'type a command, as behind agents or agents plan', {
    hint: 'command',
    rank: 28,
  }),
  row('input-accept', 'enter', ['command'], 'do it', { hint: 'do it', rank: 1 }),
  row('command-complete', 'tab', ['command'], 'complete the word, or what keys do here; again: the next', {
    hint: 'complete',
    rank: 2,
  }),
  row('command-complete-back', 'shift-tab', ['command'], 'of what could stand there, the one before'),
  row('command-older', 'up ctrl-p', ['command'], 'the line before, of those that begin with what is typed', {
    hint: 'history',
    rank: 3,
  }),
  row('command-newer', 'down ctrl-n', ['command'], 'the line after it'),
  row('input-cancel', 'esc', ['command'], 'leave without doing anything', { hint: 'leave', rank: 4 }),
  row('close', 'q enter', ['output'], 'close it; a command that runs goes on'),
  row('interrupt', 'ctrl-c', ['output'], 'end the command that runs; else close it', {
    hint: 'end the command',
    rank: 3,
  }),
];
