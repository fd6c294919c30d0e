import type { Trigger } from '../../domain/checkpoint.ts';
import type { Tone } from './tone.ts';

/** What took a checkpoint, at a glance: what people did stands out, errors most, and what comes by itself is quiet. */
export const TRIGGER_TONES: Readonly<Record<Trigger, Tone>> = {
  on_tool_write: 'accent',
  on_tool_write_complete: 'good',
  on_subplan_spawn: 'strong',
  on_error: 'bad',
  interval: 'plain',
  manual: 'attention',
  pre_rollback: 'plain',
  rollback: 'attention',
  fork: 'attention',
};
