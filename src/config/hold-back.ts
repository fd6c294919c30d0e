import { isDeepStrictEqual } from 'node:util';
import type { ConfigChange } from '../domain/plan-event.ts';
import { valueOf, withValues, type LoadedConfig } from './load-config.ts';

/**
 * The settings without the changes that a step made while it wrote and that nobody has taken: as long as the files still
 * say what the step wrote, the value before it holds. What has become another since is a person's, and is taken.
 */
export function holdBack(loaded: LoadedConfig, refused: readonly ConfigChange[]): LoadedConfig {
  const held = refused.filter(({ key, after }) => isDeepStrictEqual(valueOf(loaded, key), after));
  if (held.length === 0) return loaded;
  return withValues(loaded, new Map(held.map(({ key, before }) => [key, before])));
}
