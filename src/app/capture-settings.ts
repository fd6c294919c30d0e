import { holdBack } from '../config/hold-back.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { toCheckpointSettings } from '../config/live-settings.ts';
import { refusedSettings } from '../domain/refused-settings.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import type { CheckpointSettings } from '../ports/settings.ts';
import type { Parts } from './parts.ts';

/** The settings of a plan's checkpoints where nobody runs it: what its steps changed and nobody took stays held back. */
export async function captureSettings(parts: Parts, plan: PlanRecord): Promise<CheckpointSettings> {
  return toCheckpointSettings(await settingsOf(parts, plan));
}

/** All settings of a plan where nobody runs it, likewise. @throws ConfigError */
export async function settingsOf(
  parts: Parts,
  { root_plan_id, workspace }: PlanSummary,
): Promise<LoadedConfig> {
  const { plans } = await parts.storage();
  const refused = refusedSettings(await plans.eventsOfType(root_plan_id, 'config.changed'));
  return holdBack(await parts.config(workspace), refused.changes);
}
