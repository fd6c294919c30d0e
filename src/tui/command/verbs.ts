import { splitLine } from '../../domain/command-words.ts';

/** A verb that a screen does by itself. */
export interface ScreenVerb {
  readonly name: string;
  /** The command whose arguments it takes; null: it takes none. */
  readonly like: string | null;
  readonly about: string;
}

/** Verbs of both screens. */
export const COMMON_VERBS: readonly ScreenVerb[] = [
  { name: 'quit', like: null, about: 'leave this screen' },
  { name: 'help', like: null, about: 'the keys that are valid here' },
  { name: 'output', like: null, about: 'what the last command said' },
];

/** Verbs of the home screen. */
export const HOME_VERBS: readonly ScreenVerb[] = [
  { name: 'open', like: 'watch', about: 'open the screen of a plan' },
  { name: 'start', like: 'run', about: 'make a plan of a document; its inputs are asked for' },
];

/** A line as the command that it is: its name (without `agents` and `plan`), and what follows. */
export interface SpokenLine {
  readonly verb: string;
  readonly rest: readonly string[];
}

/** What a line calls for. */
export function spokenLine(line: string): SpokenLine {
  const words = splitLine(line).map(({ text }) => text);
  const named = words[0] === 'agents' ? words.slice(1) : words;
  const [verb = '', ...rest] = named[0] === 'plan' ? named.slice(1) : named;
  return { verb: verb === 'q' ? 'quit' : verb, rest };
}
