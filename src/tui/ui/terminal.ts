import type { ActionId } from '../keys/key-row.ts';
import { scopesOf } from './scopes-of.ts';
import { fileOfNode } from '../detail/node-file.ts';
import type { Line } from '../lines/line.ts';
import { MOUSE_WORDS } from './pointed.ts';
import { ask, say, show, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** A few sentences about the pane with the focus. */
const about: UiHandler = (state) =>
  show({
    ...state,
    dialog: { kind: 'help', scopes: scopesOf(state), filter: '', top: 0, prose: state.focus },
  });

const mute: UiHandler = (state) =>
  say(
    { ...state, notify: !state.notify },
    state.notify
      ? 'silent: no bell and no notices'
      : 'bell and notices when the plan waits, has failed or is done',
    'dim',
  );

/** While the mouse is this screen's, terminals still select text with it as long as Shift is held. */
const mouse: UiHandler = (state) => {
  const on = !state.mouse;
  const words = on ? MOUSE_WORDS.on : MOUSE_WORDS.off;
  return { ...say({ ...state, mouse: on }, words, 'dim'), effects: [{ kind: 'mouse', on }] };
};

const textOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();

/** What stands in the row, without what is drawn for the eye. */
function rowText(state: UiState, context: UiContext): string | null {
  if (state.focus === 'detail') {
    const hit = state.search?.hits[state.search.hit];
    const line = hit === undefined ? undefined : context.detailLines[hit];
    return line ? textOf(line).trim() : null;
  }
  if (state.focus === 'plan') {
    const row = context.treeRows[state.planIndex];
    return row ? [row.name, row.info, row.duration].filter((part) => part !== '').join('  ') : null;
  }
  const found = context.checkpointRows.at(state.checkpointIndex)?.checkpoint;
  if (!found) return null;
  const { number, trigger, created_at, label, id } = found;
  return ['checkpoint', number, trigger, ...(label === null ? [] : [`"${label}"`]), created_at, id].join(' ');
}

const copyRow: UiHandler = (state, context) => {
  const text = rowText(state, context);
  if (text !== null) return ask(state, { kind: 'copy', text });
  return say(state, 'no row is selected; a search in the detail selects a line');
};

/** Does something with all of the detail. */
const withText =
  (kind: 'copy' | 'page'): UiHandler =>
  (state, { detailText }) =>
    detailText.length === 0
      ? say(state, 'the detail is empty, or not on the screen')
      : ask(state, { kind, text: detailText.map(textOf).join('\n') });

/** The file of the selected step, as its last call named it. */
const openFile =
  (kind: 'edit-file' | 'view-file'): UiHandler =>
  (state, context) => {
    const node = state.lastList === 'plan' ? context.treeRows[state.planIndex]?.node : undefined;
    const path = node ? fileOfNode(context.shown, node) : null;
    return path === null ? say(state, 'select a step that wrote or read a file') : ask(state, { kind, path });
  };

export const TERMINAL = {
  about,
  mute,
  mouse,
  'copy-row': copyRow,
  'copy-text': withText('copy'),
  'page-text': withText('page'),
  'edit-file': openFile('edit-file'),
  'view-file': openFile('view-file'),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
