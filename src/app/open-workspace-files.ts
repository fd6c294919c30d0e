import { extname } from 'node:path';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import { ThreadedWorkspaceFiles } from '../workspace/threaded-workspace-files.ts';

/**
 * The files of workspaces, captured into a home's objects. Starts its thread when it is first asked.
 * @param home `$AGENTS_HOME`; made if need be
 */
export function openWorkspaceFiles(home: string): WorkspaceFiles {
  // The sources and the bundle both have the thread's entry beside this file, under this file's extension.
  const entry = new URL(`./workspace-thread${extname(import.meta.filename)}`, import.meta.url);
  return new ThreadedWorkspaceFiles({ entry, data: { home } });
}
