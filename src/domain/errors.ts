/** What an error can add to its message so that the reader knows where it came from and what to do next. */
export interface ErrorDetails {
  /** One line: where or why. */
  readonly hint?: string;
  /** Commands or actions, most useful first. A command must exist. */
  readonly nextSteps?: readonly string[];
  readonly cause?: unknown;
}

/** An error that a person can act on. `code` is stable and machine-readable; `exitCode` is the process's (docs/json.md). */
export abstract class AgentsError extends Error {
  abstract readonly exitCode: number;
  readonly code: string;
  readonly hint: string | null;
  readonly nextSteps: readonly string[];

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint ?? null;
    this.nextSteps = details.nextSteps ?? [];
  }
}

/** The plan itself failed or was cancelled. */
export class PlanError extends AgentsError {
  readonly exitCode = 1;
}

/** The command line was wrong. */
export class UsageError extends AgentsError {
  readonly exitCode = 2;
}

/** A configuration value or file is wrong. */
export class ConfigError extends AgentsError {
  readonly exitCode = 3;
}

/** One fault in a plan document; lines and columns from 1. */
export interface DocumentFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

export interface DocumentErrorDetails extends ErrorDetails {
  /** What is surely not meant, though it would not keep the document from running. */
  readonly warnings?: readonly DocumentFault[];
}

/** A plan document is wrong; `faults` lists every place, in the order of the file. */
export class DocumentError extends AgentsError {
  readonly exitCode = 3;
  readonly faults: readonly DocumentFault[];
  readonly warnings: readonly DocumentFault[];

  constructor(
    code: string,
    message: string,
    faults: readonly DocumentFault[],
    details: DocumentErrorDetails = {},
  ) {
    super(code, message, details);
    this.faults = faults;
    this.warnings = details.warnings ?? [];
  }
}

/** Something named by the user does not exist, or the name fits more than one thing. */
export class NotFoundError extends AgentsError {
  readonly exitCode = 4;
}

/** A person is waited for, or the plan is paused. */
export class WaitingError extends AgentsError {
  readonly exitCode = 5;
}

/** A tool server that nobody has agreed to is needed. */
export class ApprovalError extends WaitingError {
  /** Its name. */
  readonly server: string;

  constructor(server: string, message: string, details: ErrorDetails = {}) {
    super('mcp_not_approved', message, details);
    this.server = server;
  }
}

/** Refused, nothing changed: held by another process, applied, in the wrong state. */
export class ConflictError extends AgentsError {
  readonly exitCode = 6;
}

/** The database or the object store failed. */
export class StorageError extends AgentsError {
  readonly exitCode = 7;
}

/** A checkpoint could not be taken while `core.checkpoints.on_failure` is `stop`. */
export class CheckpointError extends AgentsError {
  readonly exitCode = 7;
}

/** The workspace folder failed: unreadable, full, gone. */
export class WorkspaceError extends AgentsError {
  readonly exitCode = 7;
}

/** Something that cannot happen did. */
export class BugError extends AgentsError {
  readonly exitCode = 70;
}

/** An error as it is stored in events and states. */
export interface ErrorValue {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** The storable form of any thrown thing. */
export function toErrorValue(thrown: unknown): ErrorValue {
  if (thrown instanceof AgentsError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  if (thrown instanceof Error) {
    const code = (thrown as { code?: unknown }).code;
    return { code: typeof code === 'string' ? code : 'unexpected', message: thrown.message, hint: null };
  }
  return { code: 'unexpected', message: String(thrown), hint: null };
}
