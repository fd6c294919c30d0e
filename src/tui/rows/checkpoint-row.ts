import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CheckpointId } from '../../domain/ids.ts';

/** One row of the checkpoint list. */
export interface CheckpointRow {
  readonly id: CheckpointId;
  readonly checkpoint: Checkpoint;
  /** The names of the subplans that lead to its plan, printable; empty for the root plan. */
  readonly planPath: string;
  /** It stands on a branch that a rollback has left. */
  readonly isLeft: boolean;
  /** Cells that the number's column needs, the same for all rows of a list. */
  readonly numberCells: number;
}
