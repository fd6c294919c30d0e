import type { ModelPrice, ModelProviderSettings, ModelSettings } from '../ports/model-settings.ts';
import type { LevelValue } from './config-source.ts';
import type { LoadedConfig } from './load-config.ts';

/**
 * The settings of the language models, all levels joined by name. Of providers a person's own come before the project's: what
 * they call so stays where they said.
 */
export function modelSettingsOf(loaded: LoadedConfig): ModelSettings {
  const providers = loaded.levels['models.providers'] as readonly LevelValue[];
  const own = providers.filter(({ origin }) => origin.level !== 'project');
  const ofProject = providers.filter(({ origin }) => origin.level === 'project');
  return {
    default: loaded.config.models.default,
    providers: join<ModelProviderSettings>([...own, ...ofProject]),
    prices: join<ModelPrice>(loaded.levels['models.prices'] as readonly LevelValue[]),
  };
}

/** The first that gives a name has it. */
function join<Value>(levels: readonly LevelValue[]): ReadonlyMap<string, Value> {
  const joined = new Map<string, Value>();
  for (const { value } of levels)
    for (const [name, one] of Object.entries(value as unknown as Record<string, Value>))
      if (!joined.has(name)) joined.set(name, one);
  return joined;
}
