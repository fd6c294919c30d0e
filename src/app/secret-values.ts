import picomatch from 'picomatch';
import { secretInputsOf } from '../documents/check-secret-names.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
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
 * Finds the secrets of this process's environment: those that a folder's settings know, and those that a plan asks for.
 * @throws ConfigError
 */
export async function redactorOf(
  parts: Parts,
  workspace: string,
  document: PlanDocument | null = null,
): Promise<Redactor> {
  const { env } = parts.options;
  const { names, patterns } = (await parts.config(workspace)).config.core.secrets;
  const asked = document === null ? [] : secretInputsOf(document).map(({ variable }) => env[variable] ?? '');
  return createRedactor({ values: [...secretValues(env, names), ...asked], patterns });
}
