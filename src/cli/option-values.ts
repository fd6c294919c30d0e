import { closestWord } from '../domain/closest-word.ts';
import { UsageError } from '../domain/errors.ts';

/** `k=v` texts as a record; the last of a name wins. `option` names the option in messages. @throws UsageError */
export function parseKeyValues(texts: readonly string[], option: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) {
      throw new UsageError('invalid_option', `${option} needs NAME=VALUE, not "${text}"`, {
        hint: 'the name comes before the first "=", and everything after it is the value',
      });
    }
    values[text.slice(0, at)] = text.slice(at + 1);
  }
  return values;
}

/** A number of rows: 1 to 1000. @throws UsageError */
export function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= 1000) return limit;
  throw new UsageError('invalid_option', `--limit needs a whole number from 1 to 1000, not "${text}"`);
}

/** A port; 0, any that is free, if none is given. @throws UsageError */
export function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError('invalid_option', `--port needs a whole number from 1 to 65535, not "${text}"`);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A length of time (`500ms`, `30s`, `5m`, `1h`) in milliseconds; null if none is given. @throws UsageError */
export function parseTimeout(text: string | undefined): number | null {
  if (text === undefined) return null;
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (match && unit !== undefined) return Math.round(Number(match[1]) * unit);
  throw new UsageError('invalid_option', `--timeout needs a length of time, not "${text}"`, {
    hint: 'a number and a unit: 500ms, 30s, 5m or 1h',
  });
}

/** One of a list, or undefined if none is given. @throws UsageError that lists them */
export function parseChoice<T extends string>(
  text: string | undefined,
  legal: readonly T[],
  option: string,
): T | undefined {
  if (text === undefined) return undefined;
  const found = legal.find((value) => value === text);
  if (found !== undefined) return found;
  const near = closestWord(text, legal);
  throw new UsageError('invalid_option', `${option} does not know "${text}"`, {
    hint: `${near === null ? '' : `did you mean "${near}"? `}it can be ${legal.join(', ')}`,
  });
}
