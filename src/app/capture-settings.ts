import { holdBack } from '../config/hold-back.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { toCheckpointSettings } from '../config/live-settings.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import type { CheckpointSettings } from '../ports/settings.ts';
import { heldSettings } from './held-settings.ts';
import type { Parts } from './parts.ts';

/** The settings of a plan's checkpoints where nobody runs it: what steps changed and nobody took stays held back. */
export async function captureSettings(parts: Parts, plan: PlanRecord): Promise<CheckpointSettings> {
  return toCheckpointSettings(await settingsOf(parts, plan));
}

/** All settings of a plan where nobody runs it, likewise. @throws ConfigError */
export async function settingsOf(parts: Parts, plan: PlanSummary): Promise<LoadedConfig> {
  const { changes } = await heldSettings(await parts.storage(), plan);
  return holdBack(await parts.config(plan.workspace), changes);
}
