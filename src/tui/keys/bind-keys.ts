import { closestWord } from '../../domain/closest-word.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { KEY_SCOPES, type KeyRow, type KeyScope } from './key-row.ts';
import { KEY_TABLE } from './key-table.ts';

/** `ui.keys` of the settings: an action of the table, and the key or the keys that are to do it; `[]`: none. */
export type KeyBindings = Readonly<Record<string, string | readonly string[]>>;

/** What is wrong with a binding. */
export interface BindingFault {
  /** The action; with the index of the key, if it is one of a list. */
  readonly path: readonly (string | number)[];
  /** Goes on from the key or the keys that were given. */
  readonly message: string;
}

/** The places where a screen's own actions stand. What is only in a dialog or in a typed text keeps its keys. */
const PLACES: readonly KeyScope[] = ['plan', 'checkpoints', 'list', 'detail', 'global', 'home'];
const TYPING: readonly KeyScope[] = ['command', 'answer', 'form', 'input'];

/** Every way out must stay one. */
const KEPT_ACTIONS: ReadonlySet<string> = new Set(['back', 'interrupt', 'suspend', 'redraw']);

/** What never reaches a program, means something to every dialog, or can't be told from another key. */
const RESERVED: Readonly<Record<string, string>> = {
  'ctrl-c': 'always interrupts',
  'ctrl-z': 'always suspends',
  'ctrl-l': 'always draws anew',
  esc: 'always goes one level back',
  'ctrl-s': 'is kept by the terminal',
  'ctrl-q': 'is kept by the terminal',
  'ctrl-i': 'is the same as tab to a terminal',
  'ctrl-j': 'is the same as enter to a terminal',
  'ctrl-m': 'is the same as enter to a terminal',
  'ctrl-h': 'is the same as backspace to a terminal',
};

/** The names of keys that are no characters. */
const NAMED =
  /^(?:up|down|left|right|pageup|pagedown|home|end|enter|tab|shift-tab|space|backspace|delete|ctrl-[a-z]|f[1-9]|f1[0-2])$/;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The scopes that are valid together. */
const STACKS: readonly (readonly KeyScope[])[] = [
  ...(['plan', 'checkpoints'] as const).map((pane): KeyScope[] => [pane, 'list', 'global', 'always']),
  ['detail', 'global', 'always'],
  ['home', 'always'],
  ...KEY_SCOPES.filter((scope) => ![...PLACES, ...TYPING, 'dialog', 'always'].includes(scope)).map(
    (dialog): KeyScope[] => [dialog, 'dialog', 'always'],
  ),
];

/** Whether the settings may give an action other keys. */
export const isBindable = (action: string): boolean =>
  !KEPT_ACTIONS.has(action) &&
  KEY_TABLE.some((row) => row.action === action && row.scopes.some((scope) => PLACES.includes(scope)));

const BINDABLE: readonly string[] = [...new Set(KEY_TABLE.map(({ action }) => action))].filter(isBindable);

const keysOf = (given: string | readonly string[]): readonly string[] =>
  typeof given === 'string' ? [given] : given;

/** The table with the keys of these bindings in place of its own. */
export function bindKeys(bindings: KeyBindings): readonly KeyRow[] {
  return KEY_TABLE.map((row) => {
    const given = Object.hasOwn(bindings, row.action) ? bindings[row.action] : undefined;
    return given === undefined ? row : { ...row, keys: keysOf(given) };
  });
}

/** Everything that is wrong with bindings, each with the place inside of them; none: they can be bound. */
export function findBindingFaults(bindings: KeyBindings): readonly BindingFault[] {
  const table = bindKeys(bindings);
  return Object.entries(bindings).flatMap(([action, given]) => {
    if (!isBindable(action)) return [{ path: [action], message: unknownAction(action) }];
    return keysOf(given).flatMap((key, index) => {
      const fault = faultOfKey(key) ?? takenBy(table, action, key);
      return fault === null
        ? []
        : [{ path: typeof given === 'string' ? [action] : [action, index], message: fault }];
    });
  });
}

function unknownAction(action: string): string {
  const known = KEY_TABLE.some((row) => row.action === action);
  const near = closestWord(action, BINDABLE);
  if (known) return `is for ${action}, whose keys stay as they are`;
  const hint = near === null ? 'docs/keys.md has the names' : `did you mean ${near}?`;
  return `is for "${toPrintableLine(action)}", which is no action (${hint})`;
}

function faultOfKey(key: string): string | null {
  const reserved = Object.hasOwn(RESERVED, key) ? RESERVED[key] : undefined;
  if (reserved !== undefined) return `can't be bound: it ${reserved}`;
  if (NAMED.test(key)) return null;
  const isOne = Array.from(GRAPHEMES.segment(key)).length === 1 && !/[\s\p{C}]/u.test(key);
  return isOne ? null : 'is no key: a character, or a name such as ctrl-d, pagedown, space, f2';
}

/** Both would be valid at one place, and only one of them could be reached. */
function takenBy(table: readonly KeyRow[], action: string, key: string): string | null {
  const others = table.filter((row) => row.action !== action && row.keys.includes(key));
  const own = table.filter((row) => row.action === action);
  const other = others.find((row) => own.some((mine) => meet(mine, row)));
  return other ? `is taken by ${other.action} (${other.about})` : null;
}

const meet = (a: KeyRow, b: KeyRow): boolean =>
  STACKS.some(
    (stack) =>
      a.scopes.some((scope) => stack.includes(scope)) && b.scopes.some((scope) => stack.includes(scope)),
  ) && !isSharedAnyway(a, b);

/** In the table itself an inner place takes a key from an outer one here and there. */
function isSharedAnyway(a: KeyRow, b: KeyRow): boolean {
  return keysInTable(a).some(
    (key) => a.keys.includes(key) && b.keys.includes(key) && keysInTable(b).includes(key),
  );
}

const keysInTable = ({ action, about }: KeyRow): readonly string[] =>
  KEY_TABLE.find((row) => row.action === action && row.about === about)?.keys ?? [];
