import { isAbsolute, normalize } from 'node:path';
import envPaths from 'env-paths';
import { ConfigError } from '../domain/errors.ts';

/**
 * The one folder that everything is kept in: `AGENTS_HOME`, or the data folder that the platform gives programs. It need
 * not exist.
 * @throws ConfigError `bad_home` if `AGENTS_HOME` is relative: it would be another folder in each working folder
 */
export function agentsHome(env: Readonly<Record<string, string | undefined>>): string {
  const given = env['AGENTS_HOME'];
  if (given === undefined || given === '') return envPaths('agents', { suffix: '' }).data;
  if (isAbsolute(given)) return normalize(given);
  throw new ConfigError('bad_home', `AGENTS_HOME is "${given}", which is not an absolute path`, {
    hint: 'a relative one would be another folder in each working folder',
    nextSteps: [`export AGENTS_HOME="$PWD/${given}"`],
  });
}
