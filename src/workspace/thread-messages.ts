import { AgentsError, BugError, StorageError, WorkspaceError } from '../domain/errors.ts';
import type { WorkspaceEngine } from './workspace-engine.ts';

/** What the thread is asked to do. */
export type ThreadMethod = Exclude<keyof WorkspaceEngine, 'capture' | 'close' | 'rest'>;

export interface ThreadRequest {
  readonly id: number;
  readonly method: ThreadMethod;
  /** Without the options. */
  readonly args: readonly unknown[];
  /** Shared: not 0 asks the call to stop. The thread hears no message while it works. */
  readonly stop: Int32Array<SharedArrayBuffer>;
  readonly tellsProgress: boolean;
}

export type ThreadReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: CarriedError }
  | { readonly id: number; readonly progress: readonly [done: number, total: number | null, what: string] };

/** An error as it goes from one thread to another; 'stopped': it was asked to stop. */
export interface CarriedError {
  readonly kind: 'storage' | 'workspace' | 'other' | 'stopped';
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly nextSteps: readonly string[];
}

/** Thrown inside of the thread to end a call. */
export class StoppedError extends Error {}

export function carryError(error: unknown): CarriedError {
  const stopped = error instanceof StoppedError;
  if (!(error instanceof AgentsError)) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const hint = stack?.split('\n')[1]?.trim() ?? null;
    return { kind: stopped ? 'stopped' : 'other', code: 'workspace_thread', message, hint, nextSteps: [] };
  }
  const { code, message, hint, nextSteps } = error;
  const other = error instanceof WorkspaceError ? 'workspace' : 'other';
  return { kind: error instanceof StorageError ? 'storage' : other, code, message, hint, nextSteps };
}

export function uncarryError({ kind, code, message, hint, nextSteps }: CarriedError): AgentsError {
  const details = { ...(hint === null ? {} : { hint }), nextSteps };
  if (kind === 'storage') return new StorageError(code, message, details);
  if (kind === 'workspace') return new WorkspaceError(code, message, details);
  return new BugError(code, message, details);
}
