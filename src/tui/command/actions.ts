import type { KeyMap, ReachableRow } from '../keys/find-key.ts';
import { keyLabels } from '../keys/key-names.ts';
import type { KeyScope } from '../keys/key-row.ts';
import { padCells } from '../words/cells.ts';
import type { CommandEvent, CommandStep, Offered } from './command-state.ts';
import { COMMON_VERBS, HOME_VERBS, spokenLine } from './verbs.ts';

const KEY_CELLS = 6;
const LEAST = 1000;

/** What was found, for an empty line behind all that keys do at a place. */
export function withActions(event: CommandEvent, keys: KeyMap, scopes: readonly KeyScope[]): CommandEvent {
  if (event.kind !== 'completed' || event.line.trim() !== '') return event;
  const candidates = [...offeredActions(keys, scopes), ...event.found.candidates];
  return { ...event, found: { ...event.found, candidates } };
}

/** The most useful first, each with its keys and the command that does the same. */
function offeredActions(keys: KeyMap, scopes: readonly KeyScope[]): readonly Offered[] {
  return reachable(keys, scopes)
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map(({ row, keys: reaching }) => ({
      text: row.action,
      about: `${padCells(keyLabels(reaching), KEY_CELLS)} ${row.about}${row.twin === null ? '' : `  (agents ${row.twin})`}`,
      isWhole: true,
      key: reaching[0] as string,
    }));
}

/** The key of the action that was chosen, or that the line names alone; null: it is a command. */
export function pressedKey(
  { pressed, submitted }: CommandStep,
  keys: KeyMap,
  scopes: readonly KeyScope[],
): string | null {
  if (pressed !== null || submitted === null) return pressed;
  const { verb, rest } = spokenLine(submitted);
  if (rest.length > 0 || isCommand(verb, keys)) return null;
  return reachable(keys, scopes).find(({ row }) => row.action === verb)?.keys[0] ?? null;
}

const reachable = (keys: KeyMap, scopes: readonly KeyScope[]): readonly ReachableRow[] =>
  keys.reachable(scopes).filter(({ row }) => row.action !== 'command');

const rankOf = ({ row }: ReachableRow): number => row.hintRank ?? LEAST;

/** The table knows commands by the twins of its keys: `plan pause PLAN`. */
const isCommand = (verb: string, keys: KeyMap): boolean =>
  [...COMMON_VERBS, ...HOME_VERBS].some(({ name }) => name === verb) ||
  keys.rows.some(({ twin }) => twin?.split(/,? /u).includes(verb));
