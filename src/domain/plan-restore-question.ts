import type { Exclusion, FileChange, FileState } from './file-state.ts';
import type { RawPath } from './raw-path.ts';

/** What makes one path as it was: from what a scan has just seen and stored, to what is wanted. */
export interface RestoreAction {
  readonly path: RawPath;
  /** Equal to `to` for a folder that only has to be opened for a change in it, and closed again. */
  readonly from: FileState | null;
  readonly to: FileState | null;
  /**
   * A name beside `path`: the folder that is one of `from` and `to` moves between the two, with all that is in it. So it
   * means the same way back when `from` and `to` are exchanged.
   */
  readonly aside?: RawPath;
}

/** What to do where somebody else changed a path: leave theirs, replace it, or replace it and save it as `name.mine`. */
export type ConflictChoice = 'keep' | 'take' | 'both';

/** What a plan did to one path since the checkpoint. */
export interface PathHistory {
  /** What the plan's last window (or rollback) left there. */
  readonly base: FileState | null;
  /** A window of this plan made it after the checkpoint: nothing stood there before. */
  readonly created: boolean;
}

export interface RestoreQuestion {
  /** From now to what is wanted: `before` is mine, `after` theirs. Folders before what is in them. */
  readonly differences: readonly FileChange[];
  /** The paths that this tree of plans changed since the checkpoint. */
  readonly history: ReadonlyMap<RawPath, PathHistory>;
  /** `plan`: only paths of the history. */
  readonly scope: 'plan' | 'workspace';
  /** Only these and what is below them; [] means all. */
  readonly paths: readonly RawPath[];
  readonly onConflict: ConflictChoice;
  /** Answers for single paths; they beat `onConflict`. */
  readonly choices?: ReadonlyMap<RawPath, ConflictChoice>;
  /**
   * Everything that stands in the workspace now. Gives the names that are taken, and the read-only folders that have to be
   * opened; without it a crash can leave such a folder open.
   */
  readonly now?: ReadonlyMap<RawPath, FileState>;
}

export interface RestoreConflict {
  readonly path: RawPath;
  readonly resolution: ConflictChoice;
  readonly mine: FileState | null;
  readonly theirs: FileState | null;
  /** Where mine is to be found afterwards. */
  readonly savedAs?: RawPath;
}

/** `special`: a FIFO, socket or device can't be made again. `git`: a repository that exists is never touched. */
export interface RestoreExclusion {
  readonly path: RawPath;
  readonly reason: Exclusion | 'special';
}

export interface RestorePlan {
  readonly actions: readonly RestoreAction[];
  /** A kept folder or file stands for all below it. */
  readonly conflicts: readonly RestoreConflict[];
  readonly excluded: readonly RestoreExclusion[];
}
