import { withoutPaths, withPaths } from '../../domain/part-of-restore.ts';
import type { RawPath } from '../../domain/raw-path.ts';
import { partOf, rowsOf, type RollbackDialog } from './rollback-state.ts';
import { whenLooked, type Looked } from './rolling-back.ts';
import { say, show, type UiHandler, type UiStep } from './ui-step.ts';

const WHOLE = 'this goes as a whole, or not at all: no path of it can be left out';

/** Leaves paths out, or takes them in again: only files go back then. */
function leave({ state, dialog, preview }: Looked, paths: readonly RawPath[], isOut: boolean): UiStep {
  const out = (isOut ? withoutPaths : withPaths)(preview, dialog.out, paths);
  return show({ ...state, dialog: { ...dialog, out } });
}

const stays = (dialog: RollbackDialog, path: RawPath): boolean => partOf(dialog)?.left.has(path) ?? false;

const leavePath: UiHandler = whenLooked((looked) => {
  const { state, dialog } = looked;
  const path = rowsOf(dialog, 'paths')[dialog.row]?.path;
  if (path === undefined) return show(state);
  return dialog.purpose === 'rollback' ? leave(looked, [path], !stays(dialog, path)) : say(state, WHOLE);
});

/** Of those that are listed: all again if one is left out, else none. */
const leaveAll: UiHandler = whenLooked((looked) => {
  const { state, dialog } = looked;
  if (dialog.purpose !== 'rollback') return say(state, WHOLE);
  const paths = rowsOf(dialog, 'paths').map(({ path }) => path);
  const left = partOf(dialog)?.left;
  return leave(looked, paths, !paths.some((path) => left?.has(path) ?? false));
});

export const LEAVING_OUT = {
  'leave-path': leavePath,
  'leave-all-paths': leaveAll,
} as const;
