import type { JsonObject } from '../domain/json.ts';
import { textOfPath, toPathJson } from '../domain/raw-path.ts';
import type { ListedFile } from '../ports/workspace-files.ts';
import { fileKind, sizeText } from '../tui/words/file-words.ts';
import { modeOf } from './file-patches.ts';
import { pathText } from './rollback-text.ts';
import { formatTable } from './table.ts';
import { toPrintableLine } from '../domain/printable.ts';

/** A path of a checkpoint as `checkpoint show --files --json` gives it (docs/json.md). */
export function heldFileToJson({ path, state }: ListedFile): JsonObject {
  return {
    ...toPathJson(path),
    type: state.type,
    mode: modeOf(state),
    size: state.type === 'file' ? state.size : null,
    hash: state.type === 'file' ? state.hash : null,
    target: state.type === 'symlink' ? textOfPath(state.target) : null,
    excluded: state.type === 'excluded' ? state.reason : null,
  };
}

/** A row for each path: mode, size, name. */
export function heldFilesText(files: readonly ListedFile[]): string {
  if (files.length === 0) return '  nothing stands there';
  return formatTable(
    files.map(({ path, state }) => [
      modeOf(state) ?? '    ',
      (state.type === 'file' ? sizeText(state.size) : '').padStart(9),
      state.type === 'directory' ? `${pathText(path)}/` : nameText(path, state),
    ]),
  );
}

function nameText(path: ListedFile['path'], state: ListedFile['state']): string {
  if (state.type === 'symlink') return `${pathText(path)} -> ${toPrintableLine(textOfPath(state.target))}`;
  return state.type === 'file' ? pathText(path) : `${pathText(path)}  (${fileKind(state)})`;
}
