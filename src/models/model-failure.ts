import { PlanError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { codeOf, UnreachableError } from './careful-fetch.ts';
import type { FoundModel } from './find-provider.ts';

/** So much of what a provider said is told. */
const LONGEST = 400;

const TIMED_OUT = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/**
 * What went wrong with a request. What was sent stays out of it, and so does the key; what the provider said may hold
 * anything.
 */
export function toModelFailure(model: FoundModel, thrown: unknown): PlanError {
  // Tried several times: the last one says why.
  const error = lastOf(thrown);
  const { statusCode: status, isRetryable } = error as { statusCode?: unknown; isRetryable?: unknown };
  if (typeof status === 'number')
    return failure(model, `HTTP ${status}`, [said(error), adviceFor(status, model)]);
  if (error instanceof UnreachableError)
    return failure(model, error.message, [adviceUnreached(error, model)]);
  const code = codeOf(error);
  if (code !== null && TIMED_OUT.has(code)) return failure(model, 'it did not answer in time', [code]);
  if (code !== null) return failure(model, 'the connection broke', [code, said(error)]);
  // Of what failed before there was an answer, only connections are tried again.
  const what = isRetryable === true ? 'no connection' : 'the reply could not be read';
  return failure(model, what, [said(error)]);
}

/** A reply that ended before its end: nothing of it is taken. */
export function cutOff(model: FoundModel): PlanError {
  return failure(model, 'the reply was cut off', ['nothing of it is kept: trying again asks anew']);
}

function failure(model: FoundModel, what: string, why: readonly string[]): PlanError {
  const hint = why.filter((part) => part !== '').join('; ');
  const message = `${toPrintableLine(model.full)} could not be asked: ${what}`;
  return new PlanError('model_failed', message, hint === '' ? {} : { hint });
}

function lastOf(thrown: unknown): unknown {
  const { lastError } = (thrown ?? {}) as { lastError?: unknown };
  return lastError ?? thrown ?? '';
}

/** The provider's own words, on one line. */
function said(error: unknown): string {
  const { message, responseBody } = error as { message?: unknown; responseBody?: unknown };
  const told = [message, responseBody, error].find((text) => typeof text === 'string' && text !== '');
  const other = error instanceof Error || error === '' ? '' : JSON.stringify(error);
  const text = toPrintableLine(((told as string | undefined) ?? other).trim());
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function adviceFor(status: number, model: FoundModel): string {
  if (status === 401 || status === 403)
    return model.keyVariable === null
      ? `it wants a key: models.providers.${model.provider}.key names the variable that has it`
      : `look at the key in ${model.keyVariable}`;
  if (status === 404) return `does ${model.provider} have a model ${toPrintableLine(model.name)}?`;
  if (status === 429) return 'too many requests, or nothing left to spend: wait, then go on';
  if (status >= 300 && status < 400) return 'it points to another address, which is not followed';
  return status >= 500 ? 'the provider has trouble: wait, then go on' : '';
}

function adviceUnreached({ refused }: UnreachableError, model: FoundModel): string {
  return refused ? `is ${model.provider} started?` : 'is there a network, and is the address right?';
}
