import type { Capture, CheckpointFiles } from '../domain/checkpoint.ts';
import { toErrorValue } from '../domain/errors.ts';
import { toChangeJson } from '../domain/file-change-json.ts';
import type { Json } from '../domain/json.ts';
import type { BlobRef, ChangedFiles } from '../domain/plan-event.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { LiveSettings } from '../ports/settings.ts';
import type { WorkOptions, WorkspaceFiles } from '../ports/workspace-files.ts';
import type { Look, WorkspaceRecorder } from '../ports/workspace-recorder.ts';

/** A longer list of changed paths stands in the blob store: the journal stays small. */
const INLINE_LIST_BYTES = 1024;
const PREVIEW_CHARACTERS = 200;

export interface FileRecorderDependencies {
  readonly files: WorkspaceFiles;
  readonly blobs: BlobStore;
  readonly settings: Pick<LiveSettings, 'checkpoints'>;
  /** Absolute real path. */
  readonly workspace: string;
  /** The last tree that the plan's history knows: what is captured in it stays captured. */
  readonly lastTree: string | null;
  /** Told once why the workspace can't be watched, as the end of a sentence. Absent: nobody wants to know. */
  readonly onUnwatched?: (why: string) => void;
}

/** Captures the workspace of one run, as its settings say at the time. */
export class FileRecorder implements WorkspaceRecorder {
  readonly #deps: FileRecorderDependencies;
  #lastTree: string | null;
  /** The last tree of this run. */
  #seen: string | null = null;
  /** Bytes that no checkpoint has been told of yet. */
  #primed = 0;
  /**
   * Whether everything was looked at in this run, or is just now; whoever works on the files forgets what fails. Only then all that an
   * unchanged tree refers to was touched while the run had its lease, and can't have been collected since.
   */
  #hasLooked = false;
  #isUnwatched = false;

  constructor(deps: FileRecorderDependencies) {
    this.#deps = deps;
    this.#lastTree = deps.lastTree;
  }

  /** Reads everything for the first time, while nothing writes yet; what is seen counts from the next look on. */
  async prime(signal: AbortSignal): Promise<void> {
    const { bytes } = await this.#look('all', { signal });
    this.#primed += bytes;
  }

  /** The next look is at everything. */
  distrust(): void {
    this.#hasLooked = false;
  }

  async record(look: Look = 'changes'): Promise<CheckpointFiles> {
    const files = await this.#look(look, {});
    // What the first look stored belongs to the first checkpoint.
    const bytes = files.bytes + this.#primed;
    this.#primed = 0;
    return { ...files, bytes };
  }

  async #look(look: Look, stop: Pick<WorkOptions, 'signal'>): Promise<CheckpointFiles> {
    const previous = this.#seen;
    const { files: wanted, exclude, ignore, limits, watch: watches } = this.#deps.settings.checkpoints();
    if (!wanted) return notCaptured('core.checkpoints.files is false', previous);
    const { files, workspace } = this.#deps;
    const keep = this.#lastTree === null ? [] : [this.#lastTree];
    try {
      const watch = look === 'changes' && this.#hasLooked ? 'trust' : 'begin';
      this.#hasLooked = true;
      const { tree, capture, bytes, unwatched } = await files.capture(
        { workspace, exclude, ignore, limits, keep, ...(watches && { watch }) },
        stop,
      );
      this.#lastTree = tree;
      this.#seen = tree;
      if (unwatched !== undefined && !this.#isUnwatched) this.#deps.onUnwatched?.(unwatched);
      this.#isUnwatched ||= unwatched !== undefined;
      return { tree, capture, bytes, error: null, previous };
    } catch (thrown) {
      this.#hasLooked = false;
      const error = toErrorValue(thrown);
      return { ...notCaptured(error.message, previous), error };
    }
  }

  async changes(before: string | null, after: string | null): Promise<ChangedFiles | null> {
    if (before === null || after === null) return null;
    if (before === after) return { count: 0, list: [] };
    return await storeChanges(await this.#deps.files.changes(before, after), this.#deps.blobs);
  }
}

/** Changed paths as an event carries them. @throws StorageError */
export async function storeChanges(
  changes: Awaited<ReturnType<WorkspaceFiles['changes']>>,
  blobs: BlobStore,
): Promise<ChangedFiles> {
  const list = changes.map(toChangeJson);
  const text = JSON.stringify(list);
  if (text.length <= INLINE_LIST_BYTES) return { count: list.length, list };
  const content = Buffer.from(text);
  const ref: BlobRef = {
    ref: await blobs.put(content),
    media: 'json',
    bytes: content.byteLength,
    preview: text.slice(0, PREVIEW_CHARACTERS),
  };
  return { count: list.length, list: ref };
}

/** The list of changed paths, from wherever it is kept. @throws StorageError */
export async function readChanges({ list }: ChangedFiles, blobs: BlobStore): Promise<readonly Json[]> {
  if (!('ref' in list)) return list;
  return JSON.parse(new TextDecoder().decode(await blobs.get(list.ref))) as Json[];
}

function notCaptured(reason: string, previous: string | null): CheckpointFiles {
  const capture: Capture = { status: 'none', reason, paths: [] };
  return { tree: null, capture, bytes: 0, error: null, previous };
}
