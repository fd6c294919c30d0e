import type { LoadedConfig } from '../config/load-config.ts';
import { modelSettingsOf } from '../config/model-settings.ts';
import type { LanguageModels } from '../ports/language-models.ts';

/** The language models that the settings of a folder know. Nothing heavy is loaded before one is asked. */
export async function openModels(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LanguageModels> {
  const { AiSdkModels } = await import('../models/ai-sdk-models.ts');
  return new AiSdkModels({ settings: modelSettingsOf(loaded), env });
}
