import { randomUUID } from 'node:crypto';
import { accessSync, constants, lstatSync, type BigIntStats } from 'node:fs';
import type { FileChange } from '../../domain/file-state.ts';
import { textOfPath, type RawPath } from '../../domain/raw-path.ts';
import type { CapturedFiles, CaptureRequest } from '../../ports/workspace-files.ts';
import {
  captureWorkspace,
  recaptureWorkspace,
  type Captured,
  type CaptureParts,
} from '../capture-workspace.ts';
import { isSameFile, isSettled } from '../content-reader.ts';
import { diffTrees } from '../diff-trees.ts';
import type { DirtyPaths } from '../dirty-paths.ts';
import { absolutePath } from '../disk-path.ts';
import { lstatIfReadable } from '../file-stat.ts';
import type { SyncWorkOptions } from '../work-watch.ts';
import type { ScanObserver } from '../workspace-scan.ts';
import type { EventQueue } from './event-queue.ts';
import { FolderWatches } from './folder-watches.ts';
import { mountsIn } from './mounts.ts';
import { describeFault, unwatchable } from './watch-support.ts';

/** More paths than these are not looked at one by one each time: then a scan is as good. */
const MOST_DOUBTFUL = 2000;

/** What the last capture of a watched workspace knew. */
interface Known extends Pick<Captured, 'tree' | 'capture' | 'omitted'> {
  /** How it was asked for. */
  readonly rules: string;
  readonly keep: readonly string[];
  /** Where it stood. */
  readonly place: string;
  /** Of the queue, when it began. */
  readonly losses: number;
  readonly notes: Notes;
}

/** Notes what a scan comes by, and watches it. */
class Notes implements ScanObserver {
  readonly linked = new Set<RawPath>();
  /** As they were read. */
  readonly unsettled = new Map<RawPath, BigIntStats>();
  readonly #watches: FolderWatches | null;

  constructor(watches: FolderWatches | null) {
    this.#watches = watches;
  }

  entering(folder: RawPath): void {
    this.#watches?.add(folder);
  }

  doubtful(path: RawPath, why: 'linked' | 'unsettled', stat: BigIntStats): void {
    if (why === 'linked') this.linked.add(path);
    else this.unsettled.set(path, stat);
  }
}

/**
 * Captures a workspace that is watched: an event is a hint where to look, never what is there. Whatever is in doubt is
 * scanned, and what a scan finds that no event told ends the watching.
 */
export class WatchedWorkspace {
  readonly #workspace: string;
  readonly #parts: CaptureParts;
  readonly #queue: EventQueue;
  #watches: FolderWatches | null = null;
  #known: Known | null = null;
  #off: string | null;

  constructor(workspace: string, parts: CaptureParts, queue: EventQueue) {
    this.#workspace = workspace;
    this.#parts = parts;
    this.#queue = queue;
    this.#off = unwatchable(workspace);
  }

  /**
   * Where the request says so and nothing is in doubt, only what events told is looked at.
   * @throws as captureWorkspace
   */
  async capture(request: CaptureRequest, options: SyncWorkOptions): Promise<CapturedFiles> {
    const [known, watches] = [this.#known, this.#watches];
    // Whatever fails from here on: then nothing is known any more.
    this.#known = null;
    if (this.#off === null) {
      const isSettled = await this.#queue.settle();
      const isSure = known?.losses === this.#queue.losses && watches?.fault === null && !watches.isWornOut;
      if (known && watches && isSettled && isSure) return await this.#go(request, known, watches, options);
      await this.#begin(isSettled);
    }
    return this.#scan(request, options);
  }

  /** What is known was overtaken by a capture beside this. */
  forget(): void {
    this.#known = null;
  }

  close(): void {
    this.#watches?.close();
    this.#watches = null;
    this.#known = null;
  }

  /** Watches anew, with nothing in the queue that was for watches that are closed. */
  async #begin(isSettled: boolean): Promise<void> {
    const hadWatches = this.#watches !== null;
    this.close();
    const isClean = isSettled && (!hadWatches || (await this.#queue.settle()));
    if (isClean) this.#watches = new FolderWatches(this.#workspace, this.#queue);
    else this.#off = this.#queue.fault;
  }

  async #go(
    request: CaptureRequest,
    known: Known,
    watches: FolderWatches,
    options: SyncWorkOptions,
  ): Promise<CapturedFiles> {
    const dirty = dirtyOf(known, watches.take());
    const unsettled = this.#lookAtUnsettled(known, dirty);
    const isSame = this.#isSame(known, request);
    const found =
      isSame && request.watch === 'trust' ? this.#look(request, known, dirty, unsettled, options) : null;
    if (found) return found;
    const captured = this.#scan(request, options);
    if (isSame) await this.#judge(known.tree, captured.tree, dirty);
    return this.#told(captured);
  }

  /**
   * A file that was read just after it was written may have been written again in the same tick of the file system's clock. Of a
   * write the system tells; of one through memory only its stat does, in a later tick. Adds those that are otherwise by now to what
   * is dirty; returns those that have to be looked at once more.
   */
  #lookAtUnsettled({ notes }: Known, dirty: DirtyPaths): Notes['unsettled'] {
    const later = new Map<RawPath, BigIntStats>();
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    for (const [path, seen] of notes.unsettled) {
      const now = lstatIfReadable(absolutePath(this.#workspace, path));
      if (now === null || !isSameFile(now, seen)) dirty.add(path);
      else if (!isSettled(seen, nowNs)) later.set(path, seen);
    }
    return later;
  }

  /** Looks at what is dirty only. null: that is not enough. */
  #look(
    request: CaptureRequest,
    known: Known,
    dirty: DirtyPaths,
    unsettled: Notes['unsettled'],
    options: SyncWorkOptions,
  ): CapturedFiles | null {
    const notes = new Notes(this.#watches);
    for (const [path, seen] of unsettled) if (!dirty.has(path)) notes.unsettled.set(path, seen);
    if (dirty.size === 0) {
      this.#known = { ...known, notes };
      return { tree: known.tree, capture: known.capture, bytes: 0 };
    }
    const parts = { ...this.#parts, observer: notes };
    const captured = recaptureWorkspace(request, dirty, known.tree, parts, options);
    // Where the other names of a file are that was linked just now, only a scan can tell.
    const isLinked = [...notes.linked].some((path) => !known.notes.linked.has(path));
    if (!captured || isLinked || this.#watches?.fault !== null) return null;
    const { tree, capture, omitted } = captured;
    this.#known = { ...known, tree, capture, omitted, notes, keep: request.keep };
    return this.#told(captured);
  }

  #scan(request: CaptureRequest, options: SyncWorkOptions): CapturedFiles {
    const watches = this.#watches;
    if (!watches) return this.#told(captureWorkspace(request, this.#parts, options));
    const [losses, place] = [this.#queue.losses, placeOf(this.#workspace)];
    const notes = new Notes(watches);
    const captured = captureWorkspace(request, { ...this.#parts, observer: notes }, options);
    watches.keepOnly(captured.visited);
    if (watches.fault === null) {
      const { tree, capture, omitted } = captured;
      const rules = rulesOf(request);
      this.#known = { tree, capture, omitted, rules, keep: request.keep, place, losses, notes };
    } else this.#end(describeFault(watches.fault));
    return this.#told(captured);
  }

  /** Ends the watching if a scan found what no event told of. */
  async #judge(before: string, after: string, dirty: DirtyPaths): Promise<void> {
    const [known, watches] = [this.#known, this.#watches];
    if (before === after || !known || !watches) return;
    const isSettled = await this.#queue.settle();
    if (!isSettled || known.losses !== this.#queue.losses || watches.fault !== null) return;
    // What came while it was scanned.
    const later = watches.peek();
    const missed = diffTrees(this.#parts.store, before, after).find(
      (change) => !isTold(change, dirty) && !isTold(change, later),
    );
    if (missed) this.#end(`${textOfPath(missed.path)} was changed without the system telling`);
  }

  #isSame(known: Known, request: CaptureRequest): boolean {
    const { keep } = request;
    // What the last tree has decides as what was kept for it.
    const isKept = isEqual(keep, known.keep) || isEqual(keep, [known.tree]);
    const doubtful = known.omitted.length + known.notes.linked.size + known.notes.unsettled.size;
    return (
      isKept &&
      doubtful <= MOST_DOUBTFUL &&
      rulesOf(request) === known.rules &&
      placeOf(this.#workspace) === known.place &&
      this.#parts.store.hasTree(known.tree)
    );
  }

  #end(reason: string): void {
    this.close();
    this.#off = reason;
  }

  #told({ tree, capture, bytes }: CapturedFiles): CapturedFiles {
    return { tree, capture, bytes, ...(this.#off === null ? {} : { unwatched: this.#off }) };
  }
}

/** All that has to be looked at, whatever was told. */
function dirtyOf({ omitted, notes }: Known, dirty: DirtyPaths): DirtyPaths {
  for (const path of [...omitted, ...notes.linked]) dirty.add(path);
  // The size of a .git counts all of it.
  for (const path of omitted) {
    const names = path.split('/');
    const git = names.indexOf('.git');
    if (git >= 0) dirty.add(names.slice(0, git + 1).join('/'));
  }
  return dirty;
}

function isTold({ path, before, after }: FileChange, dirty: DirtyPaths): boolean {
  // A .git that is over its limit now is left out because of what is in it.
  const isLeftOut = before?.type === 'excluded' || after?.type === 'excluded';
  return dirty.has(path) || (isLeftOut && dirty.hasBelow(path));
}

/** What decides, beside the files, what a capture holds. */
function rulesOf({ exclude, ignore, limits, must = [] }: CaptureRequest): string {
  return JSON.stringify([exclude, ignore, limits, must]);
}

/** Which folder it is, and what is mounted in it. Something else each time if that can't be told. */
function placeOf(workspace: string): string {
  try {
    accessSync(workspace, constants.R_OK | constants.X_OK);
    const { dev, ino, mode } = lstatSync(workspace, { bigint: true });
    return [dev, ino, mode, mountsIn(workspace)].join(' ');
  } catch {
    return randomUUID();
  }
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}
