import type { Candidate, Completion } from '../../ports/command-line.ts';
import type { EditedText } from '../ui/text-edit.ts';
import {
  turn,
  type CommandState,
  type CommandStep,
  type Offer,
  type OfferedCompletion,
} from './command-state.ts';

/** Tab: asks what could stand here; with candidates on the screen, puts the next one into the line. */
export function complete(command: CommandState, direction: 1 | -1): CommandStep {
  const { line, offer } = command;
  if (!line) return turn(command);
  if (!offer) return turn(command, { effects: [{ kind: 'complete', line: beforeCursor(line) }] });
  const { length } = offer.candidates;
  // One more place than there are candidates: the line as it was.
  const selected = ((offer.selected + 1 + direction + length + 1) % (length + 1)) - 1;
  const candidate = offer.candidates[selected];
  const put = candidate ? replaced(offer.before, offer, candidate.text) : offer.before;
  return turn({ ...command, line: put, offer: { ...offer, selected } });
}

/** Takes what was found; what has been typed meanwhile makes it useless. */
export function takeCompletion(command: CommandState, asked: string, found: OfferedCompletion): CommandStep {
  const { line } = command;
  if (!line || beforeCursor(line) !== asked) return turn(command);
  const [only, ...others] = found.candidates;
  if (!only) return turn(command, { say: { text: 'nothing that could stand here is known', tone: 'dim' } });
  if (others.length === 0) {
    const put = replaced(line, found, only.text + (only.isWhole ? ' ' : ''));
    return turn({ ...command, line: put, browsing: null });
  }
  const common = commonBeginning(found.candidates);
  const isLonger = common.length > asked.length - found.from;
  const before = isLonger ? replaced(line, found, common) : line;
  const offer: Offer = { ...found, before, selected: -1 };
  return turn({ ...command, line: before, browsing: null, offer });
}

const beforeCursor = ({ text, cursor }: EditedText): string => text.slice(0, cursor);

function replaced({ text, cursor }: EditedText, { from }: Pick<Completion, 'from'>, put: string): EditedText {
  return { text: text.slice(0, from) + put + text.slice(cursor), cursor: from + put.length };
}

function commonBeginning(candidates: readonly Candidate[]): string {
  const [first = '', ...others] = candidates.map(({ text }) => text);
  let { length } = first;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
