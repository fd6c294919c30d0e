import { AgentsError, toErrorValue } from '../../domain/errors.ts';
import type { Failure } from '../ui/failure.ts';

/** What a person is told of anything that was thrown. */
export function failureOf(thrown: unknown): Failure {
  const { message, hint } = toErrorValue(thrown);
  return { message, hint, nextSteps: thrown instanceof AgentsError ? thrown.nextSteps : [] };
}
