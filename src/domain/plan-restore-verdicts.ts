import { isSameState, type FileChange } from './file-state.ts';
import { gitOver, repositoriesToStay, topmostOver } from './plan-restore-git.ts';
import type { ConflictChoice, RestoreExclusion, RestoreQuestion } from './plan-restore-question.ts';
import { folderOf, isWithin, type RawPath } from './raw-path.ts';

/** What is decided for one path. */
export interface Verdict {
  readonly change: FileChange;
  /** null: nobody else changed it. */
  readonly conflict: ConflictChoice | null;
  readonly act: boolean;
  /** A folder that goes aside with all that is in it. */
  readonly moves: boolean;
}

/** Judges each path by itself and by the folders over it, in the order of the differences. */
export class RestoreVerdicts {
  readonly verdicts = new Map<RawPath, Verdict>();
  readonly excluded = new Map<RawPath, RestoreExclusion['reason']>();
  readonly changes: ReadonlyMap<RawPath, FileChange>;
  readonly #question: RestoreQuestion;
  readonly #repositories: ReadonlySet<RawPath>;

  constructor(question: RestoreQuestion) {
    this.#question = question;
    this.changes = new Map(question.differences.map((change) => [change.path, change]));
    this.#repositories = repositoriesToStay(this.changes);
    for (const change of question.differences) this.#judge(change);
  }

  choice(path: RawPath): ConflictChoice {
    return this.#question.choices?.get(path) ?? this.#question.onConflict;
  }

  #judge(change: FileChange): void {
    const { path } = change;
    const repository = topmostOver(path, this.#repositories);
    const git = gitOver(path);
    if (repository !== null) {
      if (this.#isAsked(path)) this.excluded.set(repository, 'git');
    } else if (git !== null) {
      this.#judgeGit(change, git);
    } else if (this.#isAsked(path) && !this.#isBlocked(change)) {
      this.#settle(change, this.#isConflict(change) ? this.choice(path) : null);
    }
  }

  /** A `.git` that exists is never touched; one that is gone is laid out whole, or not at all. */
  #judgeGit(change: FileChange, git: RawPath): void {
    const whole = this.changes.get(git);
    const exists = whole === undefined || whole.before !== null;
    if (exists) {
      if (this.#isAsked(change.path)) this.excluded.set(git, 'git');
    } else if (this.#isGitAsked(git) && !this.#isBlocked(change)) {
      this.#settle(change, null);
    }
  }

  #isAsked(path: RawPath): boolean {
    const { scope, history, paths } = this.#question;
    if (scope === 'plan' && !history.has(path)) return false;
    return paths.length === 0 || paths.some((wanted) => isWithin(path, wanted));
  }

  /** Half a repository is of no use: asking for a part of one asks for all of it. */
  #isGitAsked(git: RawPath): boolean {
    const { scope, history, paths } = this.#question;
    if (scope === 'plan' && history.get(git)?.base !== null) return false;
    return paths.length === 0 || paths.some((wanted) => isWithin(git, wanted) || isWithin(wanted, git));
  }

  /** Outside the history the base is the target itself: what differs from it was changed by somebody else. */
  #isConflict({ path, before, after }: FileChange): boolean {
    const known = this.#question.history.get(path);
    if (known === undefined || !isSameState(before, known.base)) return true;
    return after === null && !known.created;
  }

  #settle(change: FileChange, conflict: ConflictChoice | null): void {
    const { path, before, after } = change;
    const obstacle = obstacleTo(change);
    if (obstacle !== null) {
      this.excluded.set(path, obstacle);
      return;
    }
    // A special file can't be copied, so it can't be saved under another name.
    const resolution = conflict === 'both' && before?.type === 'special' ? 'keep' : conflict;
    const act = resolution !== 'keep';
    if (act && after !== null && !this.#prepareFolder(folderOf(path))) return;
    this.verdicts.set(path, { change, conflict: resolution, act, moves: false });
  }

  /** Sees to it that the folder a path needs will be there. False if what stands in its place stays. */
  #prepareFolder(folder: RawPath): boolean {
    const change = this.#missingFolder(folder);
    if (change === null) return true;
    if (!this.verdicts.has(folder)) this.#settle(change, change.before === null ? null : this.choice(folder));
    return this.verdicts.get(folder)?.act ?? false;
  }

  /** Below something that is left out, or stays where the target has a folder, everything stays as it is. */
  #isBlocked({ path }: FileChange): boolean {
    if (topmostOver(path, this.excluded) !== null) return true;
    for (let folder = folderOf(path); this.#missingFolder(folder) !== null; folder = folderOf(folder)) {
      if (this.excluded.has(folder) || this.verdicts.get(folder)?.act === false) return true;
    }
    return false;
  }

  /** The change of a folder of the target that isn't a folder now. */
  #missingFolder(folder: RawPath): FileChange | null {
    const change = this.changes.get(folder);
    if (change?.after?.type !== 'directory') return null;
    return change.before?.type === 'directory' ? null : change;
  }
}

function obstacleTo({ before, after }: FileChange): RestoreExclusion['reason'] | null {
  if (after?.type === 'excluded') return after.reason;
  if (before?.type === 'excluded') return before.reason;
  return after?.type === 'special' ? 'special' : null;
}
