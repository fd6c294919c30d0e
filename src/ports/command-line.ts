/** What could stand at the end of a line. */
export interface Candidate {
  /** As it stands in the line: with quotes where it needs them. */
  readonly text: string;
  readonly about: string;
  /** Nothing belongs to it any more: a blank follows. */
  readonly isWhole: boolean;
}

/** What could take the place of the text from `from` (UTF-16 units) to the end of the line. */
export interface Completion {
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** How a command ended. */
export interface CommandEnd {
  /** null: it was ended. */
  readonly exitCode: number | null;
  /** What it said, errors and their next steps included; of a long one the end. Not yet printable. */
  readonly output: string;
}

/** A command that has been started. */
export interface RunningCommand {
  /** Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** What it has said so far, as in `CommandEnd`. */
  said(): string;
  /** Asks it to end, as Ctrl-C does; nothing if it has ended. */
  end(): void;
}

/** The command line of a screen: the verbs that any terminal knows, with what the screen is about filled in. */
export interface CommandLine {
  /** Never rejects: what can't be known isn't offered. */
  complete(line: string): Promise<Completion>;
  /** Starts what a line says. What can't be a command has ended already, with its error. */
  run(line: string): RunningCommand;
  /** Lines that were typed before, here and in other shells, oldest first. Never rejects. */
  history(): Promise<readonly string[]>;
  /** Keeps a line for `history`, unless it holds a secret. Never rejects: a line that is lost is only typed again. */
  remember(line: string): Promise<void>;
}
