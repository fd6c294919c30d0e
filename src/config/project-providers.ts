import { isLoopback, KNOWN_PROVIDERS } from '../domain/model-providers.ts';
import type { ModelProviderSettings } from '../ports/model-settings.ts';

/** What is wrong with a part of a value. */
export interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint: string;
}

const HINT = 'name it in your own settings (agents config path), with --set or in the environment';

/**
 * What a project's `models.providers` may not say: whoever wrote it may be a stranger, and must not be able to have a
 * person's key sent to an address of theirs.
 */
export function refusedOfProject(providers: Readonly<Record<string, ModelProviderSettings>>): Refusal[] {
  return Object.entries(providers).flatMap(([name, { url, key }]) => {
    if (KNOWN_PROVIDERS.has(name))
      return { path: [name], message: `${name} is known: a project can't say where it is`, hint: HINT };
    if (key === undefined || isLoopback(url as string)) return [];
    const message = `${name} would send the key in ${key} to an address that the project names`;
    return { path: [name, 'key'], message, hint: HINT };
  });
}
