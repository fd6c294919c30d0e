import type { AutoTrigger, CheckpointContext } from '../domain/checkpoint.ts';

/**
 * What takes automatic checkpoints. Optional for everything that fires: absent, no automatic checkpoint is taken and all
 * else works.
 */
export interface CheckpointTrigger {
  /**
   * Takes a checkpoint if the configuration has the trigger on; resolves when it is stored.
   * @throws CheckpointError if it failed and `core.checkpoints.on_failure` is `stop`; never for `on_error`, which must
   * not hide the error it belongs to
   */
  fire(trigger: AutoTrigger, context: CheckpointContext): Promise<void>;
}
