import type { Compensation } from '../domain/compensation.ts';
import { isInState } from '../domain/compensation-standing.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { RollbackPreview } from '../ports/rollback-control.ts';
import { readCompensations, type CompensationSources } from './compensations.ts';
import type { FilesHistory } from './path-history.ts';

interface Moments {
  readonly live: TreeState;
  /** null: the plan's state stays. */
  readonly past: TreeState | null;
  readonly history: Pick<FilesHistory, 'notUndone' | 'uncertain'>;
}

interface Outside {
  readonly notUndone: RollbackPreview['notUndone'];
  /** Newest first. */
  readonly compensations: readonly Compensation[];
}

/** What steps that a rollback undoes did outside of the files: what takes it back, and what nothing does. @throws StorageError */
export async function outsideOf(
  sources: CompensationSources,
  rootId: PlanId,
  { live, past, history }: Moments,
): Promise<Outside> {
  const told = history.notUndone.map(({ step_id, what, callId }) => ({ step_id, what, callId }));
  if (past === null) return { notUndone: told.map(toNotUndone), compensations: [] };
  const all = await readCompensations(sources, rootId, live);
  const undone = all.filter((one) => isInState(live, one) && !isInState(past, one) && one.status !== 'done');
  const filled = new Set(undone.flatMap(({ callId, call }) => (call === null ? [] : [callId])));
  return {
    notUndone: [
      ...told.filter(({ callId }) => !filled.has(callId)).map(toNotUndone),
      ...all.filter((one) => !isInState(live, one) && isInState(past, one)).flatMap(takenBack),
      ...(await uncertainCalls(sources, rootId, history.uncertain)),
    ],
    compensations: undone.map(asAfter).reverse(),
  };
}

type NotUndone = RollbackPreview['notUndone'][number];

const toNotUndone = ({ step_id, what }: NotUndone): NotUndone => ({ step_id, what });

/** How it stands once its step is undone. */
function asAfter(one: Compensation): Compensation {
  if (one.status !== 'standing') return one;
  return { ...one, status: one.call === null ? 'unfilled' : 'open' };
}

/** An undo brings back the plan's state, not what was taken away elsewhere since. */
function takenBack({ stepId, number, status }: Compensation): readonly NotUndone[] {
  const what = {
    done: `what it did outside was taken back by compensation ${number}, and stays so`,
    failed: `compensation ${number} of what it did outside was run and failed`,
    unknown: `compensation ${number} of what it did outside was begun and cut off`,
    running: `compensation ${number} of what it did outside is being run`,
    open: null,
    skipped: null,
    standing: null,
    unfilled: null,
  }[status];
  return what === null ? [] : [{ step_id: stepId, what }];
}

/** A call that did not complete has recorded nothing, though it may have done a part of it. */
async function uncertainCalls(
  { plans }: CompensationSources,
  rootId: PlanId,
  uncertain: FilesHistory['uncertain'],
): Promise<readonly NotUndone[]> {
  if (uncertain.length === 0) return [];
  const documents = new Map(
    (await plans.tree(rootId)).map((plan) => [plan.plan_id, plan.document as unknown as PlanDocument]),
  );
  return uncertain.flatMap(({ planId, stepId }) => {
    const step = documents.get(planId)?.steps.find(({ id }) => id === stepId);
    const hasBack = step && (step.kind === 'run' || step.kind === 'uses') && step.compensate;
    const what = 'it did not complete: what it did outside until then has no compensation';
    return hasBack ? [{ step_id: stepId, what }] : [];
  });
}
