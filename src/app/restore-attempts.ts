import { restoreAttempt } from '../checkpoints/restore-attempt.ts';
import { CheckpointError, WorkspaceError } from '../domain/errors.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { RestoreAttempt } from '../ports/restore-attempt.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import type { WriteWindow } from '../tools/write-window.ts';
import type { Parts } from './parts.ts';
import { rollbackDependencies } from './rollbacks.ts';

interface Restorer {
  readonly parts: Parts;
  readonly journal: PlanJournal;
  readonly plan: PlanRecord;
  readonly window: WriteWindow;
  readonly recorder: WorkspaceRecorder;
  readonly onProgress: (message: string) => void;
}

/** Puts files back between the attempts of a run, while none of its windows is open and no checkpoint looks at them. */
export function attemptRestorer({
  parts,
  journal,
  plan,
  window,
  recorder,
  onProgress,
}: Restorer): RestoreAttempt {
  return async (attempt, signal) => {
    const deps = await rollbackDependencies(parts);
    await window.between(async () => {
      try {
        const hasChanged = await restoreAttempt(deps, journal, { plan, attempt }, { signal, onProgress });
        // Else the next window would take what went back for the doing of whoever read beside it.
        if (hasChanged) await recorder.record('all');
      } catch (thrown) {
        signal.throwIfAborted();
        throw thrown instanceof WorkspaceError ? restoreFailed(plan, thrown) : thrown;
      }
    });
  };
}

/** The run rests: what was begun goes on when the plan does. */
function restoreFailed(plan: PlanRecord, cause: WorkspaceError): CheckpointError {
  return new CheckpointError(
    'restore_failed',
    `files could not be put back for another attempt: ${cause.message}`,
    {
      ...(cause.hint === null ? {} : { hint: cause.hint }),
      nextSteps: [`agents plan execute ${shortId(plan.plan_id)}`],
      cause,
    },
  );
}
