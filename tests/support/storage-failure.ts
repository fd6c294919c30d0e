import type { AgentsError } from '../../src/domain/errors.ts';

/** What a piece of work failed with; it is an error of the test if it did not. */
export async function failureOf(work: Promise<unknown>): Promise<AgentsError> {
  return work.then(
    (value) => {
      throw new Error(`it did not fail but gave ${JSON.stringify(value)}`);
    },
    (error: AgentsError) => error,
  );
}
