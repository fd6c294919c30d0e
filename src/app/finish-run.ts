import type { Retention } from '../checkpoints/retention.ts';
import type { HeldLease } from '../execution/plan-lease.ts';
import type { RunEnd } from '../execution/plan-runner.ts';
import type { LiveOutputWriter } from '../host/live-output-writer.ts';
import type { Parts } from './parts.ts';
import type { RunOutcome } from './run-options.ts';

/** What a run holds until its end. */
export interface RunResources {
  readonly lease: HeldLease;
  readonly live: LiveOutputWriter;
  /** The first look at the files, which goes on beside the first steps. */
  readonly looking: AbortController;
  readonly retention: Retention;
  /** The servers that were started for it. */
  readonly tools: AsyncDisposable;
}

/** What a run leaves behind in order, however it ended. */
export async function finishRun(
  ended: Promise<RunEnd>,
  { lease, live, looking, retention, tools }: RunResources,
  parts: Parts,
  rootId: string,
): Promise<RunOutcome> {
  const { plans } = await parts.storage();
  let pruned = 0;
  try {
    const end = await ended;
    looking.abort();
    pruned = await retention.finish();
    return { ...end, plan: await plans.get(rootId) };
  } finally {
    looking.abort();
    await retention.stop();
    await tools[Symbol.asyncDispose]();
    await live.close();
    await lease[Symbol.asyncDispose]();
    await (await import('./daily-care.ts')).takeDailyCare(parts, pruned > 0);
  }
}
