import { closestWord } from '../domain/closest-word.ts';
import { PlanError, WaitingError } from '../domain/errors.ts';
import { isLoopback, KNOWN_PROVIDERS, type KnownProvider } from '../domain/model-providers.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { ModelSettings } from '../ports/model-settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A model, and all that a request to it needs. */
export interface FoundModel {
  /** `provider/name`. */
  readonly full: string;
  readonly provider: string;
  /** The provider's word for it; may have slashes and colons in it. */
  readonly name: string;
  readonly kind: KnownProvider['kind'];
  /** Null: where its package knows. */
  readonly url: string | null;
  /** The variable that its key is in. */
  readonly keyVariable: string | null;
  /** Null: none is sent. */
  readonly key: string | null;
}

/**
 * The model that a name means. @param name null: the default of the settings
 * @throws PlanError `no_model`, `unknown_model_provider`; WaitingError `model_key_missing`
 */
export function findModel(name: string | null, settings: ModelSettings, env: Environment): FoundModel {
  const full = name ?? settings.default;
  if (full === null) throw noModel();
  const [provider, model] = split(full, settings);
  const known = KNOWN_PROVIDERS.get(provider);
  const own = settings.providers.get(provider);
  if (known === undefined && own === undefined) throw unknownProvider(provider, full, settings);
  const url = own?.url ?? fromEnvironment(known?.urlVariable, env) ?? known?.url ?? null;
  const keyVariable = own?.key ?? known?.key ?? null;
  const key = fromEnvironment(keyVariable, env);
  // What runs on this machine, a server of one's own or a scripted model, seldom asks for one.
  if (keyVariable !== null && key === null && (url === null || !isLoopback(url)))
    throw keyMissing(provider, keyVariable);
  return { full, provider, name: model, kind: known?.kind ?? 'compatible', url, keyVariable, key };
}

function split(full: string, settings: ModelSettings): [provider: string, model: string] {
  const at = full.indexOf('/');
  if (at > 0 && at < full.length - 1) return [full.slice(0, at), full.slice(at + 1)];
  throw new PlanError('unknown_model_provider', `"${toPrintableLine(full)}" names no model`, {
    hint: `write provider/name, as in anthropic/NAME; providers: ${namesOf(settings).join(', ')}`,
  });
}

/** An empty variable counts as none. */
function fromEnvironment(variable: string | null | undefined, env: Environment): string | null {
  const value = variable ? env[variable]?.trim() : undefined;
  return value ? value : null;
}

function namesOf(settings: ModelSettings): string[] {
  return [...new Set([...KNOWN_PROVIDERS.keys(), ...settings.providers.keys()])];
}

function noModel(): PlanError {
  return new PlanError('no_model', 'no model is named, and the settings have no default', {
    hint: 'name one as provider/name, or set models.default',
    nextSteps: ['agents config set models.default PROVIDER/NAME'],
  });
}

function unknownProvider(provider: string, full: string, settings: ModelSettings): PlanError {
  const names = namesOf(settings);
  const near = closestWord(provider, names);
  const all = `providers: ${names.join(', ')}; models.providers in the settings names more`;
  const shown = toPrintableLine(provider);
  return new PlanError(
    'unknown_model_provider',
    `there is no provider "${shown}", as in ${toPrintableLine(full)}`,
    {
      hint: near === null ? all : `did you mean ${near}? ${all}`,
      nextSteps: ['agents config explain models.providers'],
    },
  );
}

function keyMissing(provider: string, variable: string): WaitingError {
  return new WaitingError('model_key_missing', `the key of ${provider} is missing: ${variable} is not set`, {
    hint: 'keys come from the environment only, never from a file of settings',
    nextSteps: [`export ${variable}=..., then go on`],
  });
}
