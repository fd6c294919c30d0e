import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FileChange } from '../../domain/file-state.ts';
import type { PlanId } from '../../domain/ids.ts';
import type { FileHistory } from '../../ports/file-history.ts';
import { listingOf, type TreeListing } from '../detail/tree-lines.ts';
import type { ComparisonWanted, FileComparison, FileReader, TreePair } from '../screens/file-reader.ts';
import { countFiles, type FileCounts } from '../words/file-counts.ts';
import { contentsWanted, filePatch, PATCH_BYTES, type FilePatch } from '../words/file-patch.ts';
import type { ScreenRollbacks } from './rollback-runner.ts';
import { ReadCache } from './read-cache.ts';

/** Lists kept at the same time: a large folder's takes many megabytes. */
const KEPT_LISTS = 2;
const KEPT_COMPARISONS = 8;
const KEPT_PATCHES = 16;
/** Some screens full of checkpoints. */
const KEPT_COUNTS = 256;
/** What differs is shown line by line for so many paths, and so many bytes of them. */
const MOST_PATCHES = 200;
const MOST_BYTES = 8 * 1024 * 1024;

export interface FileReadsDeps {
  readonly files: FileHistory;
  readonly rollbacks: () => Promise<Pick<ScreenRollbacks, 'diff'>>;
  readonly rootId: PlanId;
  /** Called when something that was asked for is there. */
  readonly onRead: () => void;
  /** As of a `ReadCache`. */
  readonly isPassing: () => boolean;
  /** Aborted when the screen is closed. */
  readonly signal: AbortSignal;
}

/** What checkpoints hold of files, as far as it was looked at lately. */
export class FileReads implements FileReader {
  readonly list: FileReader['list'];
  readonly compare: FileReader['compare'];
  readonly patch: FileReader['patch'];
  readonly counts: FileReader['counts'];
  readonly #deps: FileReadsDeps;

  constructor(deps: FileReadsDeps) {
    this.#deps = deps;
    const { files, onRead, isPassing } = deps;
    const lists = new ReadCache<string, TreeListing>({
      keyOf: (tree) => tree,
      read: async (tree) => listingOf(await files.list(tree), nextTurn),
      kept: KEPT_LISTS,
      onRead,
      isPassing,
    });
    const comparisons = new ReadCache<ComparisonWanted, FileComparison>({
      keyOf: (wanted) =>
        'before' in wanted ? `${wanted.before}..${wanted.after}` : `${wanted.since}@${wanted.asked}`,
      read: (wanted) => this.#compare(wanted),
      kept: KEPT_COMPARISONS,
      onRead,
      isPassing,
    });
    const patches = new ReadCache<FileChange, FilePatch>({
      keyOf: (change) => JSON.stringify(change),
      read: (change) => this.#patch(change, PATCH_BYTES),
      kept: KEPT_PATCHES,
      onRead,
      isPassing,
    });
    const counts = new ReadCache<TreePair, FileCounts>({
      keyOf: ({ before, after }) => `${before}..${after}`,
      read: async ({ before, after }) => countFiles(await files.changes(before, after)),
      kept: KEPT_COUNTS,
      onRead,
      isPassing,
    });
    this.list = lists.get;
    this.compare = comparisons.get;
    this.patch = patches.get;
    this.counts = counts.get;
  }

  async #compare(wanted: ComparisonWanted): Promise<FileComparison> {
    const changes = await this.#changes(wanted);
    return { changes, patches: changes === null ? [] : await this.#patches(changes) };
  }

  async #changes(wanted: ComparisonWanted): Promise<readonly FileChange[] | null> {
    const { files, rollbacks, rootId, signal } = this.#deps;
    if ('before' in wanted) return await files.changes(wanted.before, wanted.after);
    const options = { signal, onProgress: () => undefined };
    const control = await rollbacks();
    return (await control.diff(rootId, wanted.since, null, options)).files;
  }

  async #patches(changes: readonly FileChange[]): Promise<readonly FilePatch[]> {
    const patches: FilePatch[] = [];
    let left = MOST_BYTES;
    for (const change of changes.slice(0, MOST_PATCHES)) {
      const patch = await this.#patch(change, Math.min(left, PATCH_BYTES));
      if (patch.hunks.length > 0) left -= sizeOf(change);
      patches.push(patch);
      // Keys come in between.
      await nextTurn();
    }
    return patches;
  }

  async #patch(change: FileChange, limit: number): Promise<FilePatch> {
    const wanted = contentsWanted(change, limit);
    const [before, after] = await Promise.all([this.#content(wanted.before), this.#content(wanted.after)]);
    return filePatch(change, { before, after });
  }

  async #content(hash: string | null): Promise<Uint8Array | null> {
    return hash === null ? null : await this.#deps.files.content(hash);
  }
}

const sizeOf = ({ before, after }: FileChange): number =>
  [before, after].reduce((sum, state) => sum + (state?.type === 'file' ? state.size : 0), 0);
