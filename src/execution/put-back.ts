import { PlanError } from '../domain/errors.ts';
import type { RetrySpec } from '../domain/plan-document.ts';
import type { FailedAttempt } from '../ports/restore-attempt.ts';
import type { RunServices } from './run-services.ts';

/** Where the document wants it: the files go back to before an attempt that failed. @throws as RestoreAttempt */
export async function putBack(
  { restoreAttempt, control }: Pick<RunServices, 'restoreAttempt' | 'control'>,
  { restore }: RetrySpec,
  attempt: FailedAttempt,
  signal: AbortSignal,
): Promise<void> {
  if (restore !== 'workspace') return;
  if (!restoreAttempt) throw new PlanError('no_files', 'retries.restore: files are not captured in this run');
  await restoreAttempt(attempt, AbortSignal.any([signal, control.interruptSignal]));
}
