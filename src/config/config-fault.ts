import { ConfigError } from '../domain/errors.ts';
import { describePlace, type Origin } from './config-source.ts';

/** Something wrong in the configuration, and where. */
export interface ConfigFault {
  readonly origin: Origin;
  readonly message: string;
  readonly hint: string | null;
}

function lineOf({ origin, message }: ConfigFault): string {
  return `${describePlace(origin)}: ${message}`;
}

/** One error for all faults: a single one with its hint beside it, several each on a line of its own. */
export function toConfigError(
  faults: readonly [ConfigFault, ...ConfigFault[]],
  nextSteps: readonly string[] = ['mend it, then: agents config validate'],
): ConfigError {
  const [first, ...others] = faults;
  if (others.length === 0) {
    return new ConfigError(
      'invalid_config',
      lineOf(first),
      first.hint === null ? { nextSteps } : { hint: first.hint, nextSteps },
    );
  }
  const lines = faults.map((fault) => `  ${lineOf(fault)}${fault.hint === null ? '' : ` (${fault.hint})`}`);
  return new ConfigError(
    'invalid_config',
    `${faults.length} faults in the configuration:\n${lines.join('\n')}`,
    { nextSteps },
  );
}
