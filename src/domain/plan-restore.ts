import type { FileChange, FileState } from './file-state.ts';
import { topmostOver } from './plan-restore-git.ts';
import { nameForMine } from './plan-restore-names.ts';
import type {
  RestoreAction,
  RestoreConflict,
  RestorePlan,
  RestoreQuestion,
} from './plan-restore-question.ts';
import { RestoreVerdicts, type Verdict } from './plan-restore-verdicts.ts';
import { folderOf, type RawPath } from './raw-path.ts';

export type {
  ConflictChoice,
  PathHistory,
  RestoreAction,
  RestoreConflict,
  RestoreExclusion,
  RestorePlan,
  RestoreQuestion,
} from './plan-restore-question.ts';

/**
 * What a rollback does to each path, three ways: mine is what stands there now, theirs is what is wanted, base is what the
 * plan left there. Only what is still base is replaced or deleted, or what a person gives up; what isn't known stays.
 */
export function planRestore(question: RestoreQuestion): RestorePlan {
  const judged = new RestoreVerdicts(question);
  settleFolders(question.differences, judged);
  return new Answer(question, judged).plan();
}

/** The request that undoes another one, wherever that one got to. */
export function exchanged(actions: readonly RestoreAction[]): readonly RestoreAction[] {
  return actions.map(({ path, from, to, ...rest }) => ({ path, from: to, to: from, ...rest }));
}

/** A folder that has to go can't while something in it stays: it stays too, or goes aside with all of it. */
function settleFolders(differences: readonly FileChange[], judged: RestoreVerdicts): void {
  const holding = new Set<RawPath>();
  for (const change of [...differences].reverse()) {
    const { path, before } = change;
    let verdict = judged.verdicts.get(path);
    if (before === null) continue;
    if (verdict !== undefined && isGoingFolder(verdict)) {
      verdict = settleFolder(verdict, holding.has(path), judged);
      judged.verdicts.set(path, verdict);
    }
    if (!isGone(verdict)) holding.add(folderOf(path));
  }
}

function settleFolder(verdict: Verdict, holdsSomething: boolean, judged: RestoreVerdicts): Verdict {
  if (!holdsSomething) return verdict.conflict === 'both' ? { ...verdict, moves: true } : verdict;
  const conflict = verdict.conflict ?? judged.choice(verdict.change.path);
  const goes = conflict !== 'keep';
  return { ...verdict, conflict, act: goes, moves: goes };
}

function isGoingFolder({ change, act }: Verdict): boolean {
  return act && change.before?.type === 'directory' && change.after?.type !== 'directory';
}

function isGone(verdict: Verdict | undefined): boolean {
  return (
    verdict?.act === true && verdict.change.after === null && verdict.conflict !== 'both' && !verdict.moves
  );
}

class Answer {
  readonly #question: RestoreQuestion;
  readonly #judged: RestoreVerdicts;
  readonly #actions = new Map<RawPath, RestoreAction>();
  readonly #conflicts: RestoreConflict[] = [];
  /** Folders that go aside, and where to. */
  readonly #moved = new Map<RawPath, RawPath>();

  constructor(question: RestoreQuestion, judged: RestoreVerdicts) {
    this.#question = question;
    this.#judged = judged;
  }

  plan(): RestorePlan {
    for (const verdict of this.#judged.verdicts.values()) this.#add(verdict);
    const excluded = [...this.#judged.excluded].flatMap(([path, reason]) =>
      topmostOver(path, this.#moved) === null ? [{ path, reason }] : [],
    );
    return {
      actions: [...this.#foldersToOpen(), ...this.#actions.values()],
      conflicts: this.#conflicts,
      excluded,
    };
  }

  #add(verdict: Verdict): void {
    const { change, conflict } = verdict;
    const over = topmostOver(change.path, this.#moved);
    if (over !== null) {
      const savedAs = `${this.#moved.get(over) ?? over}${change.path.slice(over.length)}`;
      if (conflict !== null) this.#addConflict(change, 'both', savedAs);
      return;
    }
    const savedAs = savesMine(verdict) ? nameForMine(change.path, (path) => this.#isTaken(path)) : null;
    if (conflict !== null) this.#addConflict(change, conflict, savedAs);
    if (verdict.act) this.#addActions(verdict, savedAs);
  }

  #addConflict(
    { path, before, after }: FileChange,
    resolution: RestoreConflict['resolution'],
    savedAs: RawPath | null,
  ): void {
    const found = { path, resolution, mine: before, theirs: after };
    this.#conflicts.push(savedAs === null ? found : { ...found, savedAs });
  }

  /** A folder is moved, because only so nothing in it is lost. A file or link is copied: its content is stored. */
  #addActions({ change, moves }: Verdict, savedAs: RawPath | null): void {
    const action = { path: change.path, from: change.before, to: change.after };
    if (savedAs !== null && moves) {
      this.#moved.set(change.path, savedAs);
      this.#actions.set(change.path, { ...action, aside: savedAs });
      return;
    }
    if (savedAs !== null) this.#actions.set(savedAs, { path: savedAs, from: null, to: change.before });
    this.#actions.set(change.path, action);
  }

  #isTaken(path: RawPath): boolean {
    if (this.#question.now?.has(path) === true || this.#judged.changes.has(path)) return true;
    return this.#actions.has(path) || [...this.#moved.values()].includes(path);
  }

  /** Folders that stay but that nobody can write into as they are. Listed, so that a crash can't leave them open. */
  #foldersToOpen(): readonly RestoreAction[] {
    const opened = new Map<RawPath, RestoreAction>();
    for (const { path } of this.#actions.values()) {
      for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
        const state = this.#question.now?.get(folder);
        if (!isClosed(state) || this.#actions.has(folder)) continue;
        opened.set(folder, { path: folder, from: state, to: state });
      }
    }
    return [...opened.values()];
  }
}

function savesMine({ change, conflict, moves }: Verdict): boolean {
  if (moves) return true;
  return conflict === 'both' && (change.before?.type === 'file' || change.before?.type === 'symlink');
}

function isClosed(state: FileState | undefined): state is FileState & { type: 'directory' } {
  return state?.type === 'directory' && (state.mode & 0o700) !== 0o700;
}
