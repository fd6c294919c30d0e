import { holdBack } from '../config/hold-back.ts';
import { toCheckpointSettings } from '../config/live-settings.ts';
import { refusedSettings } from '../domain/refused-settings.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { CheckpointSettings } from '../ports/settings.ts';
import type { Parts } from './parts.ts';

/** The settings of a plan's checkpoints where nobody runs it: what its steps changed and nobody took stays held back. */
export async function captureSettings(
  parts: Parts,
  { root_plan_id, workspace }: PlanRecord,
): Promise<CheckpointSettings> {
  const { plans } = await parts.storage();
  const refused = refusedSettings(await plans.eventsOfType(root_plan_id, 'config.changed'));
  return toCheckpointSettings(holdBack(await parts.config(workspace), refused.changes));
}
