import type { Candidate, CommandEnd, Completion } from '../../ports/command-line.ts';
import type { EditedText } from '../ui/text-edit.ts';
import type { Tone } from '../words/tone.ts';

/** What could stand in the line: a word of a command, or an action of the place where the line was opened. */
export interface Offered extends Candidate {
  /** The key that does it; undefined: it is a word of a command. */
  readonly key?: string;
}

/** As from the command line, with the actions of the place. */
export interface OfferedCompletion extends Completion {
  readonly candidates: readonly Offered[];
}

/** Candidates below a line; one of them may stand in it. */
export interface Offer extends OfferedCompletion {
  /** The line before one of them was put into it. */
  readonly before: EditedText;
  /** An index of `candidates`; -1: none of them yet. */
  readonly selected: number;
}

/** A command that was started here. */
export interface CommandRun {
  readonly line: string;
  /** What it has said so far. */
  readonly output: string;
  /** null: it runs. */
  readonly end: CommandEnd | null;
}

/** The command line of a screen, and what the last command said. */
export interface CommandState {
  /** What is typed; null: nothing is. */
  readonly line: EditedText | null;
  /** Lines typed before, oldest first; null: they are being read. */
  readonly history: readonly string[] | null;
  /** So many times the line before was asked for while they were being read: keys may come faster. */
  readonly olderAsked: number;
  /** The place in `history` that stands in the line, and what was typed before; null: what is typed stands there. */
  readonly browsing: { readonly index: number; readonly typed: string } | null;
  readonly offer: Offer | null;
  readonly run: CommandRun | null;
  /** The first line of the output on the screen; null: the output isn't shown. */
  readonly outputTop: number | null;
}

export const INITIAL_COMMAND: CommandState = {
  line: null,
  history: null,
  olderAsked: 0,
  browsing: null,
  offer: null,
  run: null,
  outputTop: null,
};

/** What comes from elsewhere than the keyboard. */
export type CommandEvent =
  | { readonly kind: 'history-read'; readonly lines: readonly string[] }
  /** `line`: what it was asked for, up to the cursor. */
  | { readonly kind: 'completed'; readonly line: string; readonly found: OfferedCompletion }
  | { readonly kind: 'command-said'; readonly output: string }
  | { readonly kind: 'command-ended'; readonly end: CommandEnd };

/** What the shell has to do. */
export type CommandEffect =
  | { readonly kind: 'read-history' }
  | { readonly kind: 'remember'; readonly line: string }
  | { readonly kind: 'complete'; readonly line: string }
  | { readonly kind: 'run-command'; readonly line: string }
  | { readonly kind: 'end-command' };

/** What comes of a key or an event. */
export interface CommandStep {
  readonly command: CommandState;
  readonly effects: readonly CommandEffect[];
  /** Something to say; null: nothing. */
  readonly say: { readonly text: string; readonly tone: Tone } | null;
  /** A line that was typed to its end: the screen does it, or has it run. */
  readonly submitted: string | null;
  /** The key of an action that was chosen: it is to be pressed where the line was opened. */
  readonly pressed: string | null;
}

const NOTHING = { effects: [], say: null, submitted: null, pressed: null };

export const turn = (command: CommandState, more: Partial<CommandStep> = {}): CommandStep => ({
  ...NOTHING,
  ...more,
  command,
});

/** It takes the keys. */
export const isCommandOpen = ({ line, outputTop }: CommandState): boolean =>
  line !== null || outputTop !== null;

export const isCommandRunning = ({ run }: CommandState): boolean => run !== null && run.end === null;
