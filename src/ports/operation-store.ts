import type { PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { ProcessIdentity } from './process-table.ts';

export type OperationKind = 'capture' | 'rollback' | 'apply' | 'recovery' | 'import' | 'gc' | 'verify';

/** Work on files or objects that a crash may leave half done. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly root_plan_id: PlanId | null;
  readonly workspace: string | null;
  readonly process: ProcessIdentity;
  readonly started_at: string;
  /** What a process that finds it unfinished needs to go on or to go back. */
  readonly progress: Json;
}

/** The operations that have not ended. A row of a process that is gone was interrupted. */
export interface OperationStore {
  begin(operation: Operation): Promise<void>;
  /** Stored durably before it resolves. @throws NotFoundError */
  update(id: string, progress: Json): Promise<void>;
  /** Another process takes over what was interrupted. False if it has ended or somebody else was faster. */
  adopt(id: string, from: ProcessIdentity, to: ProcessIdentity): Promise<boolean>;
  end(id: string): Promise<void>;
  /** Oldest first. */
  open(): Promise<readonly Operation[]>;
}
