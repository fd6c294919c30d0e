import { FileRecorder, type FileRecorderDependencies } from '../checkpoints/file-recorder.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';

/** What looks at the files of one run. That they can't be watched stands in the run's history, once. */
export function createRecorder({
  journal,
  files,
  blobs,
  settings,
  workspace,
  lastTree,
}: Omit<FileRecorderDependencies, 'onUnwatched'> & { readonly journal: PlanJournal }): FileRecorder {
  const onUnwatched = (why: string): void => void sayUnwatched(journal, why);
  return new FileRecorder({ files, blobs, settings, workspace, lastTree, onUnwatched });
}

/** It is as right without, only slower. Whatever keeps the note from being stored is told by the run itself. */
async function sayUnwatched(journal: PlanJournal, why: string): Promise<void> {
  const text = `every checkpoint looks at all files: ${why}`;
  const note = { type: 'note.added', plan_id: journal.rootId, payload: { text, step_id: null } } as const;
  await journal.commit([note]).catch(() => undefined);
}
