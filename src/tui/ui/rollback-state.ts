import type { CheckpointId } from '../../domain/ids.ts';
import type { FileChange } from '../../domain/file-state.ts';
import { partOfRestore } from '../../domain/part-of-restore.ts';
import type { ConflictChoice, RestoreConflict } from '../../domain/plan-restore.ts';
import type { RollbackScope } from '../../domain/plan-event.ts';
import { textOfPath, type RawPath } from '../../domain/raw-path.ts';
import type { RollbackPreview } from '../../ports/rollback-control.ts';
import type { RollbackOrder } from './rollback-messages.ts';

/** The pages of the dialog; each has keys of its own. */
export type RollbackPage = 'rollback' | 'paths' | 'conflicts' | 'patch';

/** What a rollback or an undo would do, and what is chosen so far. */
export interface RollbackDialog {
  readonly kind: 'rollback';
  readonly purpose: 'rollback' | 'undo' | RollbackOrder['kind'];
  /** Of these two purposes. */
  readonly order: RollbackOrder | null;
  /** null: that of the last rollback, which isn't known yet. */
  readonly checkpointId: CheckpointId | null;
  /** null: that of the last rollback. */
  readonly scope: RollbackScope | null;
  /** Names the look that is under way; an answer to another one is old. */
  readonly token: number;
  /** null: nobody has looked yet. */
  readonly preview: RollbackPreview | null;
  /** The preview is of other choices than those made by now. */
  readonly isLooking: boolean;
  /** How far the look is. */
  readonly progress: string;
  /** Answers for single paths. */
  readonly choices: ReadonlyMap<RawPath, ConflictChoice>;
  /** What a person leaves out; what stays for it as well isn't in it: see `partOf`. */
  readonly out: ReadonlySet<RawPath>;
  readonly page: RollbackPage;
  /** An index of the choices of the first page. */
  readonly selected: number;
  /** The row of `paths` or `conflicts`, of those that have the filter's text. */
  readonly row: number;
  readonly filter: string;
  /** Of the page `patch`, and null on the others: the path that it shows, where it came from, and its first line on the screen. */
  readonly patch: {
    readonly change: FileChange;
    readonly from: 'paths' | 'conflicts';
    readonly top: number;
  } | null;
  /** What is done once the checkpoint's number was typed. */
  readonly confirming: RollbackScope | null;
}

/** Something that is under way and can take long. */
export interface RollbackWork {
  /** `rolling back to checkpoint 9` */
  readonly what: string;
  /** How far it is. */
  readonly progress: string;
}

export function newRollbackDialog(
  parts: Pick<RollbackDialog, 'purpose' | 'checkpointId' | 'scope' | 'token'>,
  order: RollbackOrder | null = null,
): RollbackDialog {
  return {
    kind: 'rollback',
    ...parts,
    order,
    preview: null,
    isLooking: true,
    progress: '',
    choices: new Map(),
    out: new Set(),
    page: 'rollback',
    selected: 0,
    row: 0,
    filter: '',
    patch: null,
    confirming: null,
  };
}

/** The changes of a page's rows, as far as its filter shows them: `before` is what is there now. */
export function rowsOf(
  dialog: Pick<RollbackDialog, 'preview' | 'filter'>,
  page: 'paths' | 'conflicts',
): readonly FileChange[] {
  if (page === 'conflicts')
    return conflictsOn(dialog).map(({ path, mine, theirs }) => ({ path, before: mine, after: theirs }));
  const { preview, filter } = dialog;
  return withText(preview?.actions ?? [], filter).map(({ path, from, to }) => ({
    path,
    before: from,
    after: to,
  }));
}

/** The conflicts that are listed. */
export const conflictsOn = ({
  preview,
  filter,
}: Pick<RollbackDialog, 'preview' | 'filter'>): readonly RestoreConflict[] =>
  withText(preview?.conflicts ?? [], filter);

/** Those whose path has a text, in either case. */
function withText<T extends { readonly path: RawPath }>(rows: readonly T[], filter: string): readonly T[] {
  const wanted = filter.toLowerCase();
  return wanted === '' ? rows : rows.filter(({ path }) => textOfPath(path).toLowerCase().includes(wanted));
}

/** What goes back of all that could. */
export interface RollbackPart {
  /** Paths that stay, though they would go back. */
  readonly left: ReadonlySet<RawPath>;
  /** What is asked for: `RollbackChoices.paths`. */
  readonly paths: readonly RawPath[];
  readonly count: number;
  readonly all: number;
}

/** null: nothing is left out. */
export function partOf({ preview, out }: Pick<RollbackDialog, 'preview' | 'out'>): RollbackPart | null {
  if (!preview || out.size === 0) return null;
  const { left, paths } = partOfRestore(preview, out);
  const all = preview.actions.length;
  return left.size === 0 ? null : { left, paths, count: all - left.size, all };
}

/** The list that a page shows, or that a path's patch was opened from. */
export const listedOn = ({ page, patch }: RollbackDialog): 'paths' | 'conflicts' =>
  patch?.from ?? (page === 'conflicts' ? 'conflicts' : 'paths');

/** What has to be typed where very much changes: the number of the checkpoint, else what is done. */
export function confirmWord({ order, preview }: Pick<RollbackDialog, 'order' | 'preview'>): string {
  if (order) return order.kind === 'correct' ? order.choice : 'apply';
  return String(preview?.target.number);
}
