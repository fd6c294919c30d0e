import type { Trigger } from '../../domain/checkpoint.ts';
import type { RunState, StepStatus } from '../../domain/plan.ts';

/** The signs for states and triggers: each one cell wide, and never the only sign of what they say. */
export interface Glyphs {
  readonly step: Readonly<Record<StepStatus, string>>;
  readonly plan: Readonly<Record<RunState, string>>;
  readonly trigger: Readonly<Record<Trigger, string>>;
  readonly waiting: string;
  readonly paused: string;
  readonly retry: string;
  readonly output: string;
  readonly within: string;
  readonly dot: string;
  /** Beside a checkpoint that is never deleted by itself. */
  readonly pinned: string;
  /** Beside one that a rollback went back behind. */
  readonly left: string;
  /** Before a number of things that came, went or changed. */
  readonly changed: string;
  readonly fold: { readonly open: string; readonly closed: string };
  /** Before the selected row. */
  readonly selection: string;
  /** Where the next character of an input goes. */
  readonly cursor: string;
  /** In place of what doesn't fit. */
  readonly ellipsis: string;
  readonly bar: { readonly full: string; readonly empty: string };
  /** The line of checkpoints: between two of them, what is left out on either side, and what points at one from below. */
  readonly rail: {
    readonly link: string;
    /** To one that stands on a branch that was left. */
    readonly left: string;
    readonly older: string;
    readonly newer: string;
    readonly pointer: string;
  };
}

const UNICODE: Glyphs = {
  step: { pending: '·', running: '◐', complete: '✓', failed: '✗', skipped: '⊘', cancelled: '⊘' },
  plan: {
    queued: '·',
    processing: '◐',
    paused: '‖',
    complete: '✓',
    errored: '✗',
    cancelled: '⊘',
    applied: '✓',
  },
  trigger: {
    on_tool_write: '◇',
    on_tool_write_complete: '◆',
    on_subplan_spawn: '▷',
    on_error: '✗',
    interval: '○',
    manual: '●',
    pre_rollback: '◌',
    rollback: '↶',
    fork: '⑂',
  },
  waiting: '?',
  paused: '‖',
  retry: '↻',
  output: '│',
  within: '›',
  dot: '·',
  pinned: '■',
  left: '╎',
  changed: '±',
  fold: { open: '▾', closed: '▸' },
  selection: '▌',
  cursor: '█',
  ellipsis: '…',
  bar: { full: '▰', empty: '▱' },
  rail: { link: '─', left: '┄', older: '‹', newer: '›', pointer: '▲' },
};

const ASCII: Glyphs = {
  step: { pending: '.', running: '*', complete: '+', failed: 'x', skipped: '-', cancelled: '-' },
  plan: {
    queued: '.',
    processing: '*',
    paused: '=',
    complete: '+',
    errored: 'x',
    cancelled: '-',
    applied: '+',
  },
  trigger: {
    on_tool_write: 'W',
    on_tool_write_complete: 'w',
    on_subplan_spawn: 's',
    on_error: 'e',
    interval: 'i',
    manual: 'm',
    pre_rollback: 'p',
    rollback: '<',
    fork: 'f',
  },
  waiting: '?',
  paused: '=',
  retry: '~',
  output: '|',
  within: '>',
  dot: '-',
  pinned: '^',
  left: ':',
  changed: '~',
  fold: { open: 'v', closed: '>' },
  selection: '>',
  cursor: '_',
  ellipsis: '~',
  bar: { full: '#', empty: '-' },
  rail: { link: '-', left: '.', older: '<', newer: '>', pointer: '^' },
};

/** What people read beside the glyph. */
export const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  on_tool_write: 'before write',
  on_tool_write_complete: 'after write',
  on_subplan_spawn: 'before subplan',
  on_error: 'on error',
  interval: 'interval',
  manual: 'by hand',
  pre_rollback: 'before rollback',
  rollback: 'rollback',
  fork: 'fork',
};

/**
 * `setting` is `ui.glyphs`. `auto`: ASCII on terminals that lack the signs and where the locale says another encoding;
 * a locale that says nothing counts as UTF-8, as on most machines today.
 */
export function glyphsFor(setting: string, env: Readonly<Record<string, string | undefined>>): Glyphs {
  if (setting === 'ascii') return ASCII;
  if (setting === 'unicode') return UNICODE;
  const terminal = env['TERM'];
  if (terminal === 'dumb' || terminal === 'linux') return ASCII;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return locale === undefined || /utf-?8/i.test(locale) ? UNICODE : ASCII;
}
