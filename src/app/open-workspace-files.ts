import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import { ThreadedWorkspaceFiles } from '../workspace/threaded-workspace-files.ts';

/** Where the thread's entry stands as JavaScript, seen from here: told by whoever bundles it. */
declare const __WORKSPACE_THREAD__: string | undefined;

/**
 * The files of workspaces, captured into a home's objects. Starts its thread when it is first asked.
 * @param home `$AGENTS_HOME`; made if need be
 */
export function openWorkspaceFiles(home: string): WorkspaceFiles {
  const file = typeof __WORKSPACE_THREAD__ === 'string' ? __WORKSPACE_THREAD__ : './workspace-thread.ts';
  return new ThreadedWorkspaceFiles({ entry: new URL(file, import.meta.url), data: { home } });
}
