import picomatch from 'picomatch';

/** The values of environment variables whose names say that they are secret (`core.secrets.names`, globs). */
export function secretValues(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly string[] {
  const isSecret = picomatch([...names], { nocase: true });
  return Object.entries(env).flatMap(([name, value]) => (value && isSecret(name) ? [value] : []));
}
