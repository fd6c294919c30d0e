import type { Capture } from '../domain/checkpoint.ts';
import type { FileChange, FileState } from '../domain/file-state.ts';
import type { RestoreAction } from '../domain/plan-restore.ts';
import type { RawPath } from '../domain/raw-path.ts';

export type { RestoreAction };

/** Sizes in bytes beyond which content is not captured. */
export interface CaptureLimits {
  readonly file: number;
  readonly checkpoint: number;
  readonly git: number;
  readonly store: number;
  /** At least this much stays free on the disk of the store. */
  readonly freeDisk: number;
}

export interface CaptureRequest {
  /** Absolute real path. */
  readonly workspace: string;
  /** Names of folders that can be made again: recorded, not captured. */
  readonly exclude: readonly string[];
  /** The text of `.agentsignore` that is in force; '' without one. */
  readonly ignore: string;
  readonly limits: CaptureLimits;
  /** Trees whose captured paths stay captured whatever rules say now. */
  readonly keep: readonly string[];
  /** Paths that are captured whatever limits say, because something is about to touch them. */
  readonly must?: readonly RawPath[];
  /**
   * Whether the workspace is watched from now on, so that a later capture need not look at everything. `begin`: this one does.
   * `trust`: this one doesn't either if it was watched since the last. Absent: it does, and nothing begins. Wherever there is doubt
   * all is looked at.
   */
  readonly watch?: 'begin' | 'trust';
}

/** The files of a workspace at one moment; everything that `tree` refers to is stored. */
export interface CapturedFiles {
  /** Hex hash of the workspace's tree. */
  readonly tree: string;
  readonly capture: Capture;
  /** What the object store grew by. */
  readonly bytes: number;
  /** Why the workspace is not watched though that was asked for, as the end of a sentence. */
  readonly unwatched?: string;
}

export interface RestoreRequest {
  readonly workspace: string;
  /** Names the staged files, so that a later process finds them: the operation's id. */
  readonly operation: string;
  readonly actions: readonly RestoreAction[];
}

export interface RestoreReport {
  /** Paths that are as `to` says now. */
  readonly done: readonly RawPath[];
  /** Paths that were neither `from` nor `to` by the time: left as they are. */
  readonly left: readonly { readonly path: RawPath; readonly reason: string }[];
}

/** A path of a tree with what stands there, in order. */
export interface ListedFile {
  readonly path: RawPath;
  readonly state: FileState;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  /** Counts so far; `total` null while nobody knows. At most ten times a second. */
  readonly onProgress?: (done: number, total: number | null, what: string) => void;
}

/** Captures and restores the files of workspaces, away from the thread that asks. */
export interface WorkspaceFiles {
  /** Looks at everything, unless `watch` allows less. @throws WorkspaceError, StorageError; then at most unreferenced content is stored */
  capture(request: CaptureRequest, options?: WorkOptions): Promise<CapturedFiles>;
  /** Paths that differ, folders before what is in them. Not below what one side has as excluded, unless that is a file. */
  changes(before: string | null, after: string | null): Promise<readonly FileChange[]>;
  /** All paths of a tree below `within` (default: all), folders before what is in them. */
  list(tree: string, within?: RawPath): Promise<readonly ListedFile[]>;
  /** Which of these contents and trees (with all below them) are missing or damaged. Reads everything. */
  verify(
    wanted: { readonly contents?: readonly string[]; readonly trees?: readonly string[] },
    options?: WorkOptions,
  ): Promise<
    readonly { readonly hash: string; readonly kind: 'content' | 'tree'; readonly damaged: boolean }[]
  >;
  /** Every hash that these trees refer to, themselves included. */
  reach(
    trees: readonly string[],
  ): Promise<{ readonly trees: readonly string[]; readonly contents: readonly string[] }>;
  /** When each path was changed last, by its ctime, milliseconds since 1970; null where nothing stands. */
  changedAt(workspace: string, paths: readonly RawPath[]): Promise<readonly (number | null)[]>;
  /**
   * Makes every path what its action says; a path that is so already is left alone. The same request again goes on after a crash;
   * with `from` and `to` exchanged it goes back. Never through a link, never outside the workspace.
   * @throws WorkspaceError with what could not be done (`done` so far stands); the request can be made again
   */
  restore(request: RestoreRequest, options?: WorkOptions): Promise<RestoreReport>;
  /** Copies a whole folder, all but special files, by reflink where there is one. `target` must not exist. */
  copyFolder(source: string, target: string, options?: WorkOptions): Promise<void>;
  close(): Promise<void>;
}
