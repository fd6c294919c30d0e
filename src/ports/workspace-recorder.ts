/** Knows the files of a workspace before and after each write window. Absent: files are not captured. */
export interface WorkspaceRecorder {
  /** Hex hash of the workspace's tree as it is now; everything it refers to is stored. */
  record(workspace: string): Promise<string>;
}
