import { turn, type CommandState, type CommandStep } from './command-state.ts';

/** The next line of the history that begins with what was typed: older ones are at lower indices. */
export function browse(command: CommandState, direction: 'older' | 'newer'): CommandStep {
  if (!command.line) return turn(command);
  if (!command.history)
    return turn({ ...command, olderAsked: command.olderAsked + (direction === 'older' ? 1 : 0) });
  const typed = command.browsing?.typed ?? command.line.text;
  const now = command.browsing?.index ?? command.history.length;
  const isOther = (line: string): boolean => line.startsWith(typed) && line !== command.line?.text;
  const index =
    direction === 'older'
      ? command.history.findLastIndex((line, at) => at < now && isOther(line))
      : command.history.findIndex((line, at) => at > now && isOther(line));
  const found = command.history[index];
  if (found !== undefined) return turn(withLine(command, found, { index, typed }));
  // Behind the newest one stands again what was typed.
  return turn(direction === 'newer' && command.browsing ? withLine(command, typed, null) : command);
}

const withLine = (command: CommandState, text: string, browsing: CommandState['browsing']): CommandState => ({
  ...command,
  line: { text, cursor: text.length },
  browsing,
  offer: null,
});

/** Takes the lines that were read, and goes to where somebody wanted to be meanwhile. */
export function takeHistory(command: CommandState, history: readonly string[]): CommandState {
  let next: CommandState = { ...command, history, olderAsked: 0 };
  for (let asked = 0; asked < command.olderAsked; asked += 1) next = browse(next, 'older').command;
  return next;
}
