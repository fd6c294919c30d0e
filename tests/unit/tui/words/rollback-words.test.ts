import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../../src/domain/plan.ts';
import type { RollbackResult } from '../../../../src/ports/rollback-control.ts';
import type { PlanEvent } from '../../../../src/domain/plan-event.ts';
import { followPhases } from '../../../../src/tui/store/phase-spans.ts';
import { rollbackResultText } from '../../../../src/tui/words/rollback-result.ts';
import { rollbackWords } from '../../../../src/tui/words/rollback-words.ts';
import { actionsOf, conflictsOf, previewOf } from '../ui/ui-stage.ts';

const resultOf = (parts: Partial<RollbackResult>): RollbackResult => ({
  ...previewOf({ actions: actionsOf(2), conflicts: [] }),
  preRollback: null,
  rollback: null,
  left: [],
  standing: { plan_id: 'p', phase: 'execute', state: 'paused' },
  checkpoints: 3,
  ...parts,
});

const BETWEEN = { checkpointId: null, number: null, seq: 12, tree: null };
const standing = (state: RunState): Partial<RollbackResult> => ({
  standing: { plan_id: 'p', phase: 'execute', state },
});
const DONE = '; u undoes it, p goes on';

describe('what a rollback did, in one line', () => {
  const cases: readonly (readonly [Partial<RollbackResult>, string])[] = [
    [{}, `rolled back to checkpoint 2: 2 paths changed${DONE}`],
    [{ target: BETWEEN, actions: actionsOf(1) }, `rolled back to event 12: 1 path changed${DONE}`],
    [{ isNothing: true }, 'nothing to do: all is as it was at checkpoint 2'],
    [
      { target: { checkpointId: 'c2', number: 2, seq: 4, tree: null, isWayBack: true } },
      `as before the rollback, checkpoint 2: 2 paths changed${DONE}`,
    ],
    [standing('errored'), 'rolled back to checkpoint 2: 2 paths changed; u undoes it, r retries'],
    [standing('complete'), 'rolled back to checkpoint 2: 2 paths changed; u undoes it'],
    [
      { scope: 'files_only' },
      `rolled back to checkpoint 2: 2 paths changed, the state of the plan stays${DONE}`,
    ],
    [{ scope: 'plan_only' }, `rolled back to checkpoint 2: state only${DONE}`],
    [
      { conflicts: conflictsOf(1), damaged: ['a', 'b'], left: [{ path: 'c', reason: 'changed' }] },
      'rolled back to checkpoint 2: 2 paths changed, 1 conflict kept as they are, 2 damaged paths left, ' +
        `1 left: somebody changed them meanwhile${DONE}`,
    ],
  ];
  it.each(cases)('Given %j, then: %s', (parts, text) => {
    expect(rollbackResultText(resultOf(parts))).toBe(text);
  });
});

describe('a rollback of the journal', () => {
  const changesOf = (count: number) => ({ count, created: [], modified: [], deleted: [], truncated: false });
  it.each([
    [{ number: 3, scope: 'plan_only', changes: null }, 'rolled back to checkpoint 3'],
    [{ number: 3, scope: 'plan_and_files', changes: 1 }, 'rolled back to checkpoint 3, 1 path'],
    [{ number: null, scope: 'plan_and_files', changes: 2 }, 'rolled back to its state at event 9, 2 paths'],
    [
      { number: null, scope: 'files_only', changes: null },
      'rolled back to before what failed or was cut off',
    ],
  ] as const)('Given %j, then: %s', ({ number, scope, changes }, text) => {
    const payload = { number, to_seq: 9, scope, changes: changes === null ? null : changesOf(changes) };
    expect(rollbackWords(payload as unknown as Parameters<typeof rollbackWords>[0])).toBe(text);
  });
});

describe('where somebody goes back by themselves', () => {
  it('Given only files that a run puts back, then the phase goes on', () => {
    const spans = [{ phase: 'execute', startedAt: '1', endedAt: null }] as const;
    const payload = { checkpoint_id: null, scope: 'files_only', parts: [] };
    const event = { type: 'plan.rolled_back', at: '2', plan_id: 'p', payload } as unknown as PlanEvent;
    expect(followPhases(spans, event)).toBe(spans);
  });
});
