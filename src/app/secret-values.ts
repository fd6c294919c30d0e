import picomatch from 'picomatch';
import { secretInputsOf } from '../documents/check-secret-names.ts';
import { isKeyName } from '../domain/key-names.ts';
import { KNOWN_PROVIDERS } from '../domain/model-providers.ts';
import { modelSettingsOf } from '../config/model-settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { McpServerSpec } from '../ports/mcp.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import { variablesIn } from '../tools/mcp/fill-variables.ts';
import { createRedactor, type Redactor } from '../tools/redaction.ts';
import type { Parts } from './parts.ts';

/** The values of environment variables whose names say that they are secret (`core.secrets.names`, globs). */
export function secretValues(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  const isSecret = picomatch([...names], { nocase: true });
  return Object.entries(env).flatMap(([name, value]) => (value && isSecret(name) ? [value] : []));
}

/**
 * What is secret in the settings of tool servers: of a header or variable whose name says so what it holds, or, of a text that
 * names variables of the environment (`Bearer ${TOKEN}`), their values.
 */
export function serverSecrets(
  specs: readonly McpServerSpec[],
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  const isSecret = picomatch([...names], { nocase: true });
  const texts = specs.flatMap(({ place }) => {
    const pairs = Object.entries(place.kind === 'address' ? place.headers : place.env);
    return pairs.flatMap(([name, text]) => (isSecret(name) || isKeyName(name) ? [text] : []));
  });
  return texts.flatMap((text) => {
    const named = variablesIn(text).flatMap((name) => env[name] ?? []);
    return named.length > 0 ? named : [text];
  });
}

/** The keys of the providers of models, whatever the variables are called that have them. */
export function modelSecrets(
  loaded: LoadedConfig,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const settings = [...KNOWN_PROVIDERS.values(), ...modelSettingsOf(loaded).providers.values()];
  return settings.flatMap(({ key }) => (key && env[key]?.trim()) || []);
}

/**
 * Finds the secrets of this process's environment: those that a folder's settings know, and those that a plan asks for.
 * @throws ConfigError
 */
export async function redactorOf(
  parts: Parts,
  workspace: string,
  document: PlanDocument | null = null,
): Promise<Redactor> {
  const { env } = parts.options;
  const loaded = await parts.config(workspace);
  const { names, patterns } = loaded.config.core.secrets;
  const specs = (await parts.toolsOf(workspace)).servers?.specs ?? [];
  const asked = document === null ? [] : secretInputsOf(document).map(({ variable }) => env[variable] ?? '');
  return createRedactor({
    values: [
      ...secretValues(env, names),
      ...serverSecrets(specs, env, names),
      ...modelSecrets(loaded, env),
      ...asked,
    ],
    patterns,
  });
}
