import { toPrintableLine } from '../../domain/printable.ts';

/** Why something that was asked for didn't come about; not yet printable. */
export interface Failure {
  readonly message: string;
  readonly hint: string | null;
  /** Commands, most useful first. */
  readonly nextSteps: readonly string[];
}

/** A failure on one line: what happened, why, and what to do next. */
export function failureLine({ message, hint, nextSteps }: Failure): string {
  return toPrintableLine(
    [message, hint, nextSteps[0]].filter((part) => part !== null && part !== undefined).join(' - '),
  );
}
