import { decisionName, decisionsNamed, type PlanDecision } from '../domain/decision-references.ts';
import { ConflictError, NotFoundError, UsageError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { RollbackTarget } from '../ports/rollback-control.ts';
import type { RollbackDependencies } from './rollback-dependencies.ts';

export interface Correction {
  readonly target: RollbackTarget;
  readonly afterwards: readonly NewEvent[];
  /** The plan has written nothing since, so no file has to go back. */
  readonly isUntouched: boolean;
}

/**
 * Where to go back to so that a decision isn't made yet, and the other choice in its place.
 * @throws NotFoundError, ConflictError `not_decided`, `same_choice`, `moment_not_kept`; UsageError with the options
 */
export async function correctDecision(
  deps: RollbackDependencies,
  live: TreeState,
  wanted: {
    readonly planId: PlanId;
    readonly rootId: PlanId;
    readonly decision: string;
    readonly choice: string;
  },
): Promise<Correction> {
  const [planId, decision] = findOne(live, wanted);
  const { choice, rootId } = wanted;
  const name = decisionName(decision);
  if (decision.chosen === null) {
    throw new ConflictError('not_decided', `${name} is not decided yet`, {
      nextSteps: [`agents plan answer ${shortId(rootId)} ${name} ${choice}`],
    });
  }
  if (decision.chosen === choice) {
    throw new ConflictError('same_choice', `${name} is ${choice} already; nothing was changed`);
  }
  const options = decision.options.map(({ id }) => id);
  if (options.length > 0 && !options.includes(choice)) {
    throw new UsageError('unknown_option', `${choice} is no option of ${name} ("${decision.question}")`, {
      hint: `options: ${options.join(', ')}`,
    });
  }
  const seq = await seqBefore(deps, rootId, decision.id);
  // Refused before anything is looked at, where retention has left nothing of that moment.
  await deps.plans.stateAt(rootId, seq);
  const { sequence: _, ...asked } = decision;
  const id = deps.ids.next();
  const made = {
    ...asked,
    id,
    chosen: choice,
    by: 'human',
    rationale: `corrected: it was ${JSON.stringify(decision.chosen)}`,
    created_at: new Date(deps.clock.now()).toISOString(),
  };
  const { tree, isUntouched } = await filesAt(deps, rootId, seq);
  return {
    target: { checkpointId: null, number: null, seq, tree },
    isUntouched,
    afterwards: [
      { type: 'decision.made', plan_id: planId, payload: { decision: made } },
      { type: 'decision.superseded', plan_id: planId, payload: { decision_id: decision.id, by: id } },
    ],
  };
}

/** The files at a place of the journal: as they were seen last, or else as the plan's next write found them. */
async function filesAt(
  { plans }: RollbackDependencies,
  rootId: PlanId,
  seq: number,
): Promise<{ readonly tree: string | null; readonly isUntouched: boolean }> {
  const calls = await plans.eventsOfType(rootId, 'tool.started');
  const writes = calls.flatMap((event) =>
    event.type === 'tool.started' && event.seq > seq && event.payload.effect === 'write'
      ? [event.payload]
      : [],
  );
  const tree = (await plans.lastTree(rootId, seq)) ?? writes[0]?.tree_before ?? null;
  return { tree, isUntouched: writes.length === 0 };
}

function findOne(
  live: TreeState,
  { planId, decision: reference }: { readonly planId: PlanId; readonly decision: string },
): PlanDecision {
  const [found, ...others] = decisionsNamed(live, planId, reference);
  if (found && others.length === 0) return found;
  if (!found) {
    throw new NotFoundError('decision_not_found', `no decision is called ${reference}`, {
      nextSteps: [`agents plan status ${shortId(planId)}`],
    });
  }
  throw new NotFoundError('ambiguous_decision', `${reference} names ${others.length + 1} decisions`, {
    hint: [found, ...others].map(([, { id, question }]) => `${id} ${question}`).join('; '),
    nextSteps: [`agents plan show ${shortId(planId)} ${found[1].id}`],
  });
}

/** The place right before a decision was first asked or made. */
async function seqBefore(
  { plans }: RollbackDependencies,
  rootId: PlanId,
  decisionId: string,
): Promise<number> {
  const events = await plans.eventsOfType(rootId, 'decision.made');
  const first = events.find(
    (event) => event.type === 'decision.made' && event.payload.decision.id === decisionId,
  );
  if (first) return first.seq - 1;
  throw new ConflictError('decided_before', 'the decision was made before this plan was forked', {
    hint: 'it belongs to the plan that this one was forked from',
  });
}
