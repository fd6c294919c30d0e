import { expect, it } from 'vitest';
import { recoverWrites } from '../../../src/checkpoints/recover-writes.ts';
import type { RollbackDependencies } from '../../../src/checkpoints/rollback-dependencies.ts';
import type { FileChange, FileState } from '../../../src/domain/file-state.ts';
import type { ToolCallState } from '../../../src/domain/plan-state.ts';
import type { PlanRecord } from '../../../src/domain/plan.ts';
import type { PlanJournal } from '../../../src/ports/plan-journal.ts';

const SEEN_AT = 1000;
const file = (hash: string): FileState => ({ type: 'file', mode: 0o644, size: 1, hash });
const folder: FileState = { type: 'directory', mode: 0o755 };
const excluded: FileState = { type: 'excluded', reason: 'rule', was: 'file' };
const changed: FileChange = { path: 'a', before: file('2'), after: file('1') };

interface Situation {
  readonly differences?: readonly FileChange[];
  readonly changedAt?: number | null;
  readonly isCaptured?: boolean;
  readonly declared?: readonly string[] | null;
}

/** What keeps a recovery from taking back one write that may touch anything; everything beyond the look is out of reach. */
async function refusalOf({
  differences = [changed],
  changedAt = 0,
  isCaptured = true,
  declared = null,
}: Situation): Promise<unknown> {
  const call = { id: 'CALL' } as ToolCallState;
  const payload = { call_id: 'CALL', step_id: 's', tree_before: 'before' };
  const deps = {
    plans: { eventsOfType: async () => [{ type: 'tool.started', payload }], lastTree: async () => null },
    operations: { open: async () => [], begin: async () => undefined, end: async () => undefined },
    processes: { self: {} },
    clock: { now: () => 0 },
    ids: { next: () => 'ID' },
    lock: { acquire: async () => ({ release: async () => undefined }) },
    settingsFor: async () => ({ files: isCaptured }),
    files: {
      capture: async () => ({ tree: 'now' }),
      list: async () => [],
      changes: async () => differences,
      changedAt: async () => differences.map(() => changedAt),
      verify: () => Promise.reject(new Error('it would be taken back')),
    },
  } as unknown as RollbackDependencies;
  const journal = { rootId: 'P', tree: { seq: 1 } } as unknown as PlanJournal;
  const plan = { root_plan_id: 'P', workspace: '/w' } as PlanRecord;
  const order = {
    plan,
    writes: [{ call, declared }],
    lastSign: SEEN_AT,
    command: 'agents plan execute P',
  };
  const working = { signal: new AbortController().signal, onProgress: () => undefined };
  return await recoverWrites(deps, journal, order, working).catch((thrown: unknown) => thrown);
}

const TAKEN_BACK = { message: 'it would be taken back' };

it.each<[string, Situation, object]>([
  ['a change of its time', {}, TAKEN_BACK],
  [
    'a change after it',
    { changedAt: SEEN_AT + 1 },
    { code: 'unfinished_write', hint: 'somebody else may have changed a' },
  ],
  [
    'a path that is gone since it was looked at',
    { changedAt: null },
    { code: 'unfinished_write', hint: 'somebody else may have changed a' },
  ],
  [
    'a folder that only got another time',
    { differences: [{ path: 'd', before: folder, after: folder }], changedAt: SEEN_AT + 1 },
    TAKEN_BACK,
  ],
  [
    'a path that is left out now',
    { differences: [{ ...changed, before: excluded }] },
    { code: 'unfinished_write', hint: 'not captured: a' },
  ],
  [
    'the draft of a file that it declared',
    { declared: ['a'], differences: [{ path: 'a.1993869444', before: file('2'), after: null }] },
    TAKEN_BACK,
  ],
  [
    'the draft of another file',
    { declared: ['a'], differences: [{ path: 'b.1993869444', before: file('2'), after: null }] },
    { code: 'unfinished_write', hint: 'somebody else may have changed b.1993869444' },
  ],
  [
    'a file of such a name that was there before',
    { declared: ['a'], differences: [{ path: 'a.1', before: file('2'), after: file('1') }] },
    { code: 'unfinished_write', hint: 'somebody else may have changed a.1' },
  ],
  [
    'files that are not captured any more',
    { isCaptured: false },
    { code: 'unfinished_write', hint: 'core.checkpoints.files is false' },
  ],
])('Given a write that was cut off and %s, then as it should', async (_, situation, refusal) => {
  expect(await refusalOf(situation)).toMatchObject(refusal);
});
