import type { ProcessIdentity } from './process-table.ts';

/** Who writes in a workspace, for "waits for the workspace, held by ...". */
export interface WriteHolder {
  readonly plan_id: string;
  readonly step_id: string;
  readonly call_id: string;
  readonly tool: string;
  readonly process: ProcessIdentity;
  readonly since: string;
}

/** At most one write tool's body runs in a workspace at a time, across steps, plans and processes. */
export interface WorkspaceLock {
  /**
   * Waits until the workspace is free and takes it. A lock whose process is gone is free.
   * @param onWait called once for each holder that is waited for
   * @throws the signal's reason if it is aborted while waiting
   */
  acquire(
    workspace: string,
    holder: WriteHolder,
    options: { readonly signal: AbortSignal; readonly onWait: (holder: WriteHolder) => void },
  ): Promise<{ release(): Promise<void> }>;
  read(workspace: string): Promise<WriteHolder | null>;
}
