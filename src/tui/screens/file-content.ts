import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ErrorValue } from '../../domain/errors.ts';
import { comparisonLines, filesSummary } from '../detail/patch-lines.ts';
import { noTreeLines, treeLines } from '../detail/tree-lines.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { UiState } from '../ui/ui-state.ts';
import { isReadError, type ComparisonWanted, type FileReader } from './file-reader.ts';

interface FileOptions {
  readonly ui: Pick<UiState, 'diffNow'>;
  readonly files: FileReader;
}

/** What differs in the files: a line for all, and those of each path. */
export interface FileDifference {
  readonly summary: Line;
  readonly lines: readonly Line[];
}

/** Of a checkpoint and another one, or now (null). */
export function fileDifference(
  { ui, files }: FileOptions,
  [from, to]: readonly [Checkpoint, Checkpoint | null],
): FileDifference {
  const wanted = comparisonWanted(ui, from, to);
  if (wanted === null) return alone(dim('files: not captured in both'));
  const read = files.compare(wanted);
  if (read === undefined) return alone(dim('files: reading them'));
  if (isReadError(read)) return alone(bad("files: can't be read", read));
  return { summary: filesSummary(read), lines: comparisonLines(read) };
}

function comparisonWanted(
  { diffNow }: FileOptions['ui'],
  from: Checkpoint,
  to: Checkpoint | null,
): ComparisonWanted | null {
  if (from.tree_hash === null) return null;
  if (to === null) return { since: from.id, asked: diffNow?.asked ?? 0 };
  return to.tree_hash === null ? null : { before: from.tree_hash, after: to.tree_hash };
}

/** The files that a checkpoint holds. */
export function filesContent({ files }: FileOptions, checkpoint: Checkpoint | undefined): readonly Line[] {
  if (!checkpoint) return [dim('Select a checkpoint (2), or a step that has one, to see its files.')];
  const { tree_hash, capture, number } = checkpoint;
  if (tree_hash === null) return noTreeLines(capture);
  const read = files.list(tree_hash);
  if (read === undefined) return [dim(`reading the files of checkpoint ${number}`)];
  if (isReadError(read)) return [bad(`the files of checkpoint ${number} can't be read`, read)];
  return treeLines(read, capture);
}

const alone = (summary: Line): FileDifference => ({ summary, lines: [] });
const dim = (text: string): Line => [{ text, tone: 'dim' }];
const bad = (text: string, { message }: ErrorValue): Line => [
  { text: `${text}: ${safeText(message)}`, tone: 'bad' },
];
