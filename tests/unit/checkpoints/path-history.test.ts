import { describe, expect, it } from 'vitest';
import { lastSignOf, lookingProgress } from '../../../src/checkpoints/rollback-progress.ts';
import { readFilesHistory } from '../../../src/checkpoints/path-history.ts';
import type { FileChange } from '../../../src/domain/file-state.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import type { BlobStore } from '../../../src/ports/blob-store.ts';
import type { PlanStore } from '../../../src/ports/plan-store.ts';

type Started = Extract<PlanEvent, { readonly type: 'tool.started' }>['payload'];

const started = (payload: Partial<Started>): Partial<PlanEvent> => ({
  type: 'tool.started',
  payload: { effect: 'write', tool: 'shell.run', tree_before: null, input: {}, ...payload } as Started,
});

/** What is known of the files after a journal of these events. */
async function historyOf(
  events: readonly Partial<PlanEvent>[],
  changes: readonly FileChange[] = [],
): ReturnType<typeof readFilesHistory> {
  const journal = events.map((event, index) => ({ ...event, seq: index + 1 }) as PlanEvent);
  const plans = {
    events: async (_: string, after: number, limit: number) => journal.slice(after, after + limit),
  } as unknown as PlanStore;
  const files = { changes: async () => changes };
  return await readFilesHistory({ plans, files, blobs: {} as BlobStore }, 'P', 0);
}

describe('what a journal says of the files', () => {
  it('Given a write of which nothing is known, then it stays so, whatever was seen later', async () => {
    const { unknown, paths } = await historyOf([
      started({ call_id: 'A', step_id: 'a' }),
      started({ call_id: 'B', step_id: 'b', tree_before: 't' }),
      started({ call_id: 'C', step_id: 'c', tree_before: 'u' }),
    ]);
    expect(unknown).toEqual([
      { stepId: 'a', treeBefore: null },
      { stepId: 'c', treeBefore: 'u' },
    ]);
    expect([...paths]).toEqual([]);
  });

  it.each([
    [{ method: 'POST', url: 'https://a.example' }, 'POST https://a.example'],
    [{ url: 'https://a.example' }, 'request https://a.example'],
    [{}, 'request'],
  ])('Given a request of %j, then it is told that %s is not undone', async (input, what) => {
    const { notUndone } = await historyOf([
      started({ call_id: 'A', step_id: 'a', tool: 'http.request', input }),
    ]);
    expect(notUndone).toEqual([{ step_id: 'a', callId: 'A', what }]);
  });

  it('Given a long journal, then all of it is read', async () => {
    const quiet: Partial<PlanEvent> = { type: 'note.added', payload: { text: '', step_id: null } };
    const events = Array.from({ length: 1000 }, () => quiet);
    const { unknown } = await historyOf([...events, started({ call_id: 'A', step_id: 'late' })]);
    expect(unknown).toEqual([{ stepId: 'late', treeBefore: null }]);
  });
});

it.each([
  [lookingProgress('recovery of step s', 5), 5],
  [lookingProgress('recovery of step s'), 0],
  [{ stage: 'restoring', what: '', ref: '', checkpoints: [] }, 0],
])('Given the progress %j, then the last sign was at %i', (progress, at) => {
  expect(lastSignOf(progress)).toBe(at);
});
