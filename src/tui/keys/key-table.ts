import { ACTING_DIALOG_KEYS, ACTING_KEYS } from './acting-keys.ts';
import { COMMAND_KEYS } from './command-keys.ts';
import { DIALOG_KEYS } from './dialog-keys.ts';
import { ROLLBACK_KEYS } from './rollback-keys.ts';
import { HOME_KEYS } from './home-keys.ts';
import { INPUT_KEYS } from './input-keys.ts';
import { TERMINAL_KEYS } from './terminal-keys.ts';
import { keyRow as row, type KeyRow } from './key-row.ts';
import { TIMELINE_KEYS } from './timeline-keys.ts';

/** What has rows to move in. */
const SCROLLED = ['list', 'detail', 'paths', 'conflicts', 'patch', 'help', 'output'] as const;

const MOVING: readonly KeyRow[] = [
  row('move-down', 'j down', SCROLLED, 'one row down'),
  row('move-up', 'k up', SCROLLED, 'one row up'),
  row('half-down', 'ctrl-d', SCROLLED, 'half a page down'),
  row('half-up', 'ctrl-u', SCROLLED, 'half a page up'),
  row('page-down', 'pagedown', SCROLLED, 'a page down'),
  row('page-up', 'pageup', SCROLLED, 'a page up'),
  row('move-first', 'g home', SCROLLED, 'to the first row'),
  row('move-live', 'end', ['plan'], 'to the running step, and follow it'),
  row('move-last', 'G end', SCROLLED, 'to the last row; the detail then stays at its end'),
  row('detail-down', 'J', ['list'], 'scroll the detail down, from a list'),
  row('detail-up', 'K', ['list'], 'scroll the detail up, from a list'),
];

const PLAN: readonly KeyRow[] = [
  row('open', 'enter', ['plan'], 'fold or unfold; on a step: to its detail', { hint: 'open', rank: 20 }),
  row('fold', 'h left', ['plan'], 'fold, or go to what it is part of'),
  row('unfold', 'l right', ['plan'], 'unfold, or go to its first part'),
  row('unfold-all', '*', ['plan'], 'unfold everything; again: fold everything'),
];

const CHECKPOINTS: readonly KeyRow[] = [
  row('mark', 'space', ['checkpoints'], 'mark as A, that others are compared with; again: no mark', {
    hint: 'mark A',
    rank: 20,
  }),
  row('open', 'enter', ['checkpoints'], 'to the detail of the checkpoint', { hint: 'detail', rank: 22 }),
  row('older', 'h left', ['checkpoints'], 'the checkpoint before it'),
  row('newer', 'l right', ['checkpoints'], 'the checkpoint after it'),
];

const LOOKING: readonly KeyRow[] = [
  row('next-pane', 'tab', ['global'], 'to the next pane', { hint: 'pane', rank: 30 }),
  row('previous-pane', 'shift-tab', ['global'], 'to the pane before'),
  row('pane-plan', '1', ['global'], 'to the plan'),
  row('pane-checkpoints', '2', ['global'], 'to the checkpoints'),
  row('pane-detail', '3', ['global'], 'to the detail'),
  row('previous-tab', '[', ['global'], 'the tab before, of the detail'),
  row('next-tab', ']', ['global'], 'the next tab of the detail', { hint: 'tab', rank: 59 }),
  row('zoom-in', '+', ['global'], 'more room for this pane: half, then all of the screen'),
  row('zoom-out', '_', ['global'], 'less room for this pane'),
  row('find', '/', ['list'], 'show only rows with a text', { hint: 'filter', rank: 34 }),
  row('find', '/', ['detail'], 'search in all of the detail', { hint: 'search', rank: 34 }),
  row('next-hit', 'n', ['global'], 'to the next place that the search found'),
  row('previous-hit', 'N', ['global'], 'to the place before'),
  row('back', 'esc', ['global'], 'one level back: search or filter, the past, zoom, mark; never quits'),
  row('follow', 'f', ['plan'], 'follow the running step, or stop that', { hint: 'follow', rank: 60 }),
  row('follow', 'f', ['detail'], 'stay at the end of the detail, or stop that', { hint: 'follow', rank: 60 }),
  row('wrap', 'w', ['global'], 'wrap long lines of the detail, or cut them'),
  row('timestamps', 't', ['global'], 'times in the log, or none'),
  row('older', ',', ['global'], 'select the checkpoint before, from anywhere'),
  row('newer', '.', ['global'], 'select the next checkpoint, from anywhere'),
  row('next-error', '!', ['global'], 'to the next step that failed', { hint: 'next error', rank: 58 }),
  row('running-step', '@', ['global'], 'to the step that runs'),
  row('diff', 'd', ['global'], 'what differs: the selected checkpoint and now, or A and it', {
    hint: 'diff',
    rank: 50,
    twin: 'plan diff PLAN A B',
  }),
  row('live', 'v', ['global'], 'back from a checkpoint to the plan as it is now', { hint: 'now', rank: 64 }),
];

const DOING: readonly KeyRow[] = [
  row('checkpoint', 'c', ['global'], 'a checkpoint now', {
    hint: 'checkpoint',
    rank: 40,
    twin: 'plan checkpoint create PLAN',
  }),
  row('checkpoint-label', 'C', ['global'], 'a checkpoint with a label', {
    twin: 'plan checkpoint create PLAN --label TEXT',
  }),
  row('rollback', 'b', ['global'], 'roll back to the selected checkpoint; shows what that does, and asks', {
    hint: 'roll back',
    rank: 44,
    twin: 'plan rollback PLAN CHECKPOINT',
  }),
  row('undo', 'u', ['global'], 'undo the last rollback; asks first', { twin: 'plan undo PLAN' }),
  row('fork', 'F', ['global'], 'a new plan from the selected checkpoint; asks first', {
    twin: 'plan fork PLAN CHECKPOINT',
  }),
  row('pause', 'p', ['global'], 'pause at the next safe point; if it is paused, resume', {
    hint: 'pause',
    rank: 52,
    twin: 'plan pause PLAN, plan resume PLAN',
  }),
  row('stop', 's', ['global'], 'end the running tool; its step is pending again', {
    hint: 'stop',
    rank: 54,
    twin: 'plan stop PLAN',
  }),
  row('approve', 'a', ['global'], 'answer what waits for you', {
    hint: 'answer',
    rank: 57,
    twin: 'plan answer PLAN DECISION OPTION',
  }),
  row('deny', 'x', ['global'], 'say no to what waits for you', {
    twin: 'plan answer PLAN DECISION OPTION',
  }),
  ...ACTING_KEYS,
  row('triggers', 'T', ['global'], 'what takes checkpoints by itself', {
    hint: 'triggers',
    rank: 56,
    twin: 'config show --origin',
  }),
  row('help', '?', ['global'], 'the keys that are valid here', { hint: 'keys', rank: 2 }),
  row('quit', 'q', ['global'], 'leave; asks first while your plan runs', { hint: 'quit', rank: 1 }),
  row('interrupt', 'ctrl-c', ['always'], 'close what is open; pause; again within 2 s: cancel'),
  row('suspend', 'ctrl-z', ['always'], 'back to the shell for a while: fg returns'),
  row('redraw', 'ctrl-l', ['always'], 'draw the whole screen again'),
];

/** THE key table: everything that a key does, in every scope. The hint line, `?` and docs/keys.md are made of it. */
export const KEY_TABLE: readonly KeyRow[] = [
  ...MOVING,
  ...PLAN,
  ...CHECKPOINTS,
  ...TIMELINE_KEYS,
  ...LOOKING,
  ...DOING,
  ...TERMINAL_KEYS,
  ...HOME_KEYS,
  ...DIALOG_KEYS,
  ...ACTING_DIALOG_KEYS,
  ...ROLLBACK_KEYS,
  ...INPUT_KEYS,
  ...COMMAND_KEYS,
];
