import type { CommandEnd } from '../../ports/command-line.ts';
import type { DialogSurroundings } from '../dialogs/dialog-content.ts';
import { safeOutput } from '../lines/safe-text.ts';
import { textWidth } from '../lines/measure.ts';
import type { Stride } from '../ui/dialog-moves.ts';
import { movingKeys } from '../ui/strides.ts';
import { clampTop } from '../ui/window.ts';
import { turn, type CommandRun, type CommandState, type CommandStep } from './command-state.ts';
import { outputLines, outputRoom } from './output-lines.ts';

export type OutputHandler = (command: CommandState, place: DialogSurroundings) => CommandStep;

/** The output with its first line at `top`, or where that is nearest. */
function scrolledTo(command: CommandState, top: number, place: DialogSurroundings): CommandState {
  const { rows, cells } = outputRoom(place);
  const count = outputLines(command.run?.output ?? '', cells).length;
  return { ...command, outputTop: clampTop({ top, count, height: rows }) };
}

const scroll =
  (direction: 1 | -1, stride: Stride): OutputHandler =>
  (command, place) =>
    turn(scrolledTo(command, (command.outputTop ?? 0) + direction * stride(outputRoom(place).rows), place));

export const OUTPUT_MOVES = movingKeys(scroll);

/** Shows what the last command said, from its beginning. */
export function showOutput(command: CommandState): CommandStep {
  if (command.run) return turn({ ...command, outputTop: 0 });
  return turn(command, { say: { text: 'no command has been run here yet', tone: 'attention' } });
}

/** More was said: whoever looks at the end goes on looking at the end. */
export function takeOutput(command: CommandState, output: string, place: DialogSurroundings): CommandState {
  const { run, outputTop } = command;
  if (!run) return command;
  const next: CommandState = { ...command, run: { ...run, output } };
  if (outputTop === null) return next;
  const isAtEnd = scrolledTo(command, Infinity, place).outputTop === outputTop;
  return isAtEnd ? scrolledTo(next, Infinity, place) : next;
}

/** A command has ended: a short answer is told in one line, a longer one stays where it is read. */
export function takeEnd(command: CommandState, end: CommandEnd, place: DialogSurroundings): CommandStep {
  const { run, outputTop } = command;
  if (!run) return turn(command);
  const ended: CommandRun = { ...run, output: end.output, end };
  const next: CommandState = { ...command, run: ended };
  const tone = end.exitCode === 0 ? 'good' : 'bad';
  const short = shortAnswer(ended, end, place.columns);
  if (short !== null) return turn({ ...next, outputTop: null }, { say: { text: short, tone } });
  if (outputTop === null)
    return turn(next, { say: { text: `${run.line}: ${endWords(end)}; :output shows what it said`, tone } });
  return turn(scrolledTo(next, run.output === '' ? 0 : outputTop, place));
}

/** null: it is more than a line. */
function shortAnswer({ line, output }: CommandRun, end: CommandEnd, columns: number): string | null {
  if (output.trim() === '') return `${line}: ${endWords(end)}`;
  const lines = output.trim().split('\n');
  if (lines.length > 1 && !isRefusal(lines, end)) return null;
  const text = lines.map((words) => words.trim()).join('; ');
  return textWidth(safeOutput(text)) + 2 <= columns ? text : null;
}

/** What was wrong, why, and what to do next, in a line each. */
const isRefusal = (lines: readonly string[], { exitCode }: CommandEnd): boolean =>
  exitCode !== 0 && lines.length <= 3 && (lines[0] as string).startsWith('error: ');

/** How a command ended, in words. */
export function endWords({ exitCode }: CommandEnd): string {
  if (exitCode === null) return 'ended before it was done';
  return exitCode === 0 ? 'done' : `exit code ${exitCode}`;
}
