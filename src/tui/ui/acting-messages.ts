import type { CheckpointMark } from '../../domain/checkpoint.ts';
import type { CheckpointId } from '../../domain/ids.ts';

/** What the shell is asked to do to a checkpoint. */
export interface ActingEffect {
  readonly kind: 'mark';
  readonly checkpointId: CheckpointId;
  readonly mark: CheckpointMark;
}
