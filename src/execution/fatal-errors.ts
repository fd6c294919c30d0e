import {
  BugError,
  CheckpointError,
  ConflictError,
  StorageError,
  WaitingError,
  type ErrorValue,
} from '../domain/errors.ts';
import { Interruption } from './execution-control.ts';

const FATAL = [Interruption, CheckpointError, WaitingError, StorageError, ConflictError, BugError] as const;

/** True for what is not a step's or a call's own failure: the run rests or ends by it. */
export function isFatal(thrown: unknown): boolean {
  return FATAL.some((kind) => thrown instanceof kind);
}

/** True for the error of a call that was ended because its run was to rest: nobody knows what it would have given. */
export function wasInterrupted(error: ErrorValue | null): boolean {
  return error?.code.startsWith('interrupted_by_') ?? false;
}
