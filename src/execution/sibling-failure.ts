import { Interruption } from './execution-control.ts';

const SIBLING = 'failed sibling';

/** Why the subplans beside one that failed for good are ended. */
export function siblingFailed(name: string): Interruption {
  return new Interruption({ kind: 'cancel', by: `${SIBLING} ${name}` });
}

export function isSiblingFailure(thrown: unknown): thrown is Interruption {
  return thrown instanceof Interruption && thrown.intent.by.startsWith(SIBLING);
}
