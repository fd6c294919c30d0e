import type { WorkOptions, WorkspaceFiles } from '../ports/workspace-files.ts';
import type { WorkspaceEngine } from './workspace-engine.ts';

/** The files without a thread: whoever calls waits. For tests and dry runs. */
export class InlineWorkspaceFiles implements WorkspaceFiles {
  readonly #engine: WorkspaceEngine;

  constructor(engine: WorkspaceEngine) {
    this.#engine = engine;
  }

  capture: WorkspaceFiles['capture'] = async (request, options) =>
    await this.#engine.captureWatched(request, started(options));
  changes: WorkspaceFiles['changes'] = async (before, after) => this.#engine.changes(before, after);
  list: WorkspaceFiles['list'] = async (tree, within) => this.#engine.list(tree, within);
  verify: WorkspaceFiles['verify'] = async (wanted, options) => this.#engine.verify(wanted, started(options));
  reach: WorkspaceFiles['reach'] = async (trees) => this.#engine.reach(trees);
  changedAt: WorkspaceFiles['changedAt'] = async (workspace, paths) =>
    this.#engine.changedAt(workspace, paths);
  restore: WorkspaceFiles['restore'] = async (request, options) =>
    this.#engine.restore(request, started(options));
  copyFolder: WorkspaceFiles['copyFolder'] = async (source, target, options) =>
    this.#engine.copyFolder(source, target, started(options));
  close: WorkspaceFiles['close'] = async () => this.#engine.close();
}

function started(options: WorkOptions = {}): WorkOptions {
  options.signal?.throwIfAborted();
  return options;
}
