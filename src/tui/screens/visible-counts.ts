import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import type { CheckpointRow } from '../rows/checkpoint-row.ts';
import type { Timeline } from '../store/timeline.ts';
import { NO_FILES, type FileCounts } from '../words/file-counts.ts';
import { isReadError, type FileReader } from './file-reader.ts';

/** What the checkpoints that are in sight changed of the files, against those before them on their branches. */
export function visibleCounts(
  rows: readonly CheckpointRow[],
  timeline: Timeline,
  files: FileReader,
): ReadonlyMap<CheckpointId, FileCounts> {
  return new Map(
    rows.flatMap(({ id, checkpoint }) => {
      const counts = countsOf(checkpoint, timeline.byId(checkpoint.parent_id), files);
      return counts ? [[id, counts]] : [];
    }),
  );
}

/** null: not known, or not yet. */
function countsOf(
  { tree_hash: after }: Checkpoint,
  parent: Checkpoint | undefined,
  files: FileReader,
): FileCounts | null {
  const before = parent?.tree_hash ?? null;
  if (before === null || after === null) return null;
  if (before === after) return NO_FILES;
  const counts = files.counts({ before, after });
  return counts === undefined || isReadError(counts) ? null : counts;
}
