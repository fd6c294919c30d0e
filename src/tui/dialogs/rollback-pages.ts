import { textOfPath } from '../../domain/raw-path.ts';
import { VERB_SIGNS } from '../detail/patch-lines.ts';
import { cutLine, padLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import { pageHeight } from '../ui/dialog-moves.ts';
import { conflictsOn, partOf, rowsOf, type RollbackDialog } from '../ui/rollback-state.ts';
import { topShowing } from '../ui/window.ts';
import { padCells } from '../words/cells.ts';
import { verbOf } from '../words/file-patch.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';

const VERB_CELLS = 10;
const CHOICE_CELLS = 6;
/** For the title, and the edge that says the keys. */
const LEAST_WIDTH = 76;
const MOST_WIDTH = 120;
/** A sign in the margin, and the sign and the word for what becomes of a path. */
const BEFORE_PATH = 4 + VERB_CELLS;

/** The paths that change, or the conflicts: as many of them as there is room for. */
export function listPage(
  dialog: RollbackDialog,
  page: 'paths' | 'conflicts',
  { layout }: Pick<ScreenModel, 'layout'>,
  glyphs: Glyphs,
  room: number,
): DialogContent {
  const rows = rowsOf(dialog, page);
  const height = pageHeight(layout);
  const top = topShowing(dialog.row, { top: 0, count: rows.length, height });
  const part = page === 'paths' ? partOf(dialog) : null;
  const conflicts = page === 'conflicts' ? conflictsOn(dialog) : [];
  const lines = rows.slice(top, top + height).map((change, index): Line => {
    const verb = verbOf(change);
    const choice = conflicts[top + index]?.resolution;
    const answer = choice === undefined ? choice : (dialog.choices.get(change.path) ?? choice);
    const path = safeText(textOfPath(change.path));
    return [
      { text: `${top + index === dialog.row ? glyphs.selection : ' '} `, tone: 'accent' },
      ...(answer === undefined ? [] : [{ text: padCells(answer, CHOICE_CELLS), tone: 'attention' } as const]),
      ...(part?.left.has(change.path) === true
        ? ([{ text: `${glyphs.dot} ${padCells('stays', VERB_CELLS)}${path}`, tone: 'dim' }] as const)
        : ([
            { text: `${VERB_SIGNS[verb][0]} ${padCells(verb, VERB_CELLS)}`, tone: VERB_SIGNS[verb][1] },
            { text: path, tone: 'plain' },
          ] as const)),
    ];
  });
  const width = Math.max(1, Math.min(widthFor(rows, page), MOST_WIDTH, room));
  return {
    title: page === 'paths' ? pathsTitle(part) : 'Changed by somebody else: what becomes of it',
    note: dialog.isLooking ? 'looking' : dialog.filter === '' ? '' : `filter: ${safeText(dialog.filter)}`,
    footer: listEdge(dialog, rows.length).join(` ${glyphs.dot} `),
    lines: [
      BLANK,
      ...(rows.length > 0 ? lines : [words('no path has that text', 'dim')]).map((line) =>
        padLine(cutLine(line, width, glyphs.ellipsis), LEAST_WIDTH),
      ),
      BLANK,
    ],
    selected: rows.length === 0 ? -1 : 1 + dialog.row - top,
    width,
  };
}

/** As wide as the longest path of all needs, so that it stays the same while they go by. */
function widthFor(rows: readonly { readonly path: string }[], page: 'paths' | 'conflicts'): number {
  const longest = rows.reduce((most, { path }) => Math.max(most, path.length), 0);
  return Math.max(LEAST_WIDTH, BEFORE_PATH + longest + (page === 'conflicts' ? CHOICE_CELLS : 0));
}

/** Where one is, and what the most needed keys do. */
const listEdge = ({ row, filter }: RollbackDialog, count: number): readonly string[] => [
  `${count === 0 ? 0 : row + 1} of ${count}`,
  ...(count === 0 ? [] : ['Enter shows the diff']),
  `Esc ${filter === '' ? 'goes back' : 'shows all'}`,
];

const pathsTitle = (part: ReturnType<typeof partOf>): string =>
  part
    ? `${part.count} of ${part.all} paths go back, and the state of the plan stays`
    : 'What becomes of each path';

/** What differs in one path: `-` is there now, `+` comes back. */
export function patchPage(
  { top }: NonNullable<RollbackDialog['patch']>,
  { layout, patchLines }: Pick<ScreenModel, 'layout' | 'patchLines'>,
  room: number,
): DialogContent {
  const shown = patchLines.slice(top, top + pageHeight(layout));
  return {
    title: 'From now to the checkpoint',
    note: '',
    footer: `${top + shown.length} of ${patchLines.length} lines, Esc goes back`,
    lines: [BLANK, ...shown, BLANK],
    selected: -1,
    width: room,
  };
}
