import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ErrorValue } from '../domain/errors.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import {
  callsOf,
  errorOf,
  runStateOf,
  stepsOf,
  subplansOf,
  type PlanState,
  type TreeState,
} from '../domain/plan-state.ts';
import { planPath } from '../tui/words/plan-names.ts';
import { plansWithin } from './plans-within.ts';

/** Something of a plan that failed, and the commands that make sense for it. */
export interface Trouble {
  readonly kind: 'plan' | 'step' | 'subplan' | 'call' | 'checkpoint';
  readonly plan_id: PlanId;
  /** The names of the subplans that lead to it. */
  readonly path: readonly string[];
  readonly step_id: string | null;
  /** What failed, in words: `step build`, `call shell.run, attempt 2`. */
  readonly what: string;
  /** When it is known: of a checkpoint that could not be taken. */
  readonly at: string | null;
  readonly error: ErrorValue;
  readonly next_steps: readonly string[];
}

export interface TroubleSources {
  readonly tree: TreeState;
  readonly planId: PlanId;
  readonly rootId: PlanId;
  /** Of the whole tree, in order. */
  readonly checkpoints: readonly Checkpoint[];
  /** The `checkpoint.failed` events of the whole tree. */
  readonly failedCheckpoints: readonly Extract<PlanEvent, { type: 'checkpoint.failed' }>[];
}

/** All that has failed in a plan and its subplans, as the state has it now: plan by plan, each failure once. */
export function troublesOf(sources: TroubleSources): readonly Trouble[] {
  const plans = plansWithin(sources.tree, sources.planId);
  const ids = new Set(plans.map(({ planId }) => planId));
  const found = plans.flatMap((plan) => inPlan(plan, sources));
  const steps = found.filter(({ kind }) => kind === 'step');
  return [
    ...found.filter((trouble) => !steps.some((step) => saysIt(step, trouble))),
    ...sources.failedCheckpoints
      .filter(({ plan_id }) => ids.has(plan_id))
      .map((event) => ofCheckpoint(event, sources)),
  ];
}

/** A failed step says what its last call said, and what the subplan around it says again. */
function saysIt(step: Trouble, { kind, plan_id, step_id, path, what, error }: Trouble): boolean {
  if (step.error.message !== error.message) return false;
  if (kind === 'call') return step.plan_id === plan_id && step.step_id === step_id;
  const name = what.slice('subplan '.length);
  return kind === 'subplan' && step.path.join('/').startsWith([...path, name].join('/'));
}

function inPlan(plan: PlanState, sources: TroubleSources): readonly Trouble[] {
  const place = { plan_id: plan.planId, path: planPath(sources.tree, plan.planId), at: null };
  const goOn = goOnCommands(sources);
  const steps = stepsOf(plan).flatMap((step): readonly Trouble[] => {
    const here = { ...place, step_id: step.id };
    const failed =
      step.status === 'failed' && step.error !== null
        ? [
            {
              ...here,
              kind: 'step' as const,
              what: `step ${step.id}`,
              error: step.error,
              next_steps: [...goOn, ...showLast(sources, (c) => isOfStep(c, plan.planId, step.id))],
            },
          ]
        : [];
    return [
      ...failed,
      ...failedCalls(plan, step.id, here, sources),
      ...failedSubplans(plan, step.id, here, sources),
    ];
  });
  const error = errorOf(plan);
  // Mostly it says again what a step of it says: then that one is enough.
  if (error === null || steps.some((trouble) => trouble.error.message === error.message)) return steps;
  return [
    {
      ...place,
      kind: 'plan',
      step_id: null,
      what: 'the plan',
      error,
      next_steps: [...goOn, statusOf(sources)],
    },
    ...steps,
  ];
}

type Here = Pick<Trouble, 'plan_id' | 'path' | 'at' | 'step_id'>;

function failedCalls(
  plan: PlanState,
  stepId: string,
  here: Here,
  sources: TroubleSources,
): readonly Trouble[] {
  return callsOf(plan).flatMap(({ id, step_id, status, tool, attempt, error }): readonly Trouble[] => {
    if (step_id !== stepId || status !== 'failed' || error === null) return [];
    const next_steps = [
      ...showLast(sources, ({ tool_call_id }) => tool_call_id === id),
      `agents plan events ${shortId(plan.planId)}`,
    ];
    return [{ ...here, kind: 'call', what: `call ${tool}, attempt ${attempt}`, error, next_steps }];
  });
}

function failedSubplans(
  plan: PlanState,
  stepId: string,
  here: Here,
  sources: TroubleSources,
): readonly Trouble[] {
  return subplansOf(plan).flatMap(({ step_id, status, name, plan_id, error }): readonly Trouble[] => {
    if (step_id !== stepId || status !== 'errored' || error === null) return [];
    const next_steps = [
      `agents plan status ${shortId(plan_id)}`,
      ...showLast(sources, (c) => c.plan_id === plan_id && c.trigger === 'on_error'),
    ];
    return [{ ...here, kind: 'subplan', what: `subplan ${name}`, error, next_steps }];
  });
}

function ofCheckpoint(
  { plan_id, at, payload }: Extract<PlanEvent, { type: 'checkpoint.failed' }>,
  sources: TroubleSources,
): Trouble {
  const isOver = isFinal(rootState(sources));
  return {
    kind: 'checkpoint',
    plan_id,
    path: planPath(sources.tree, plan_id),
    step_id: payload.step_id,
    what: `checkpoint ${payload.trigger}${payload.step_id === null ? '' : ` of step ${payload.step_id}`}`,
    at,
    error: payload.error,
    next_steps: [
      ...(isOver ? [] : goOnCommands(sources)),
      `agents plan checkpoint create ${shortId(sources.rootId)}`,
      'agents config explain core.checkpoints.on_failure',
    ],
  };
}

const rootState = ({ tree, rootId }: TroubleSources) => runStateOf(tree.plans.get(rootId) as PlanState);

/** How the whole plan goes on from here; nothing while it runs, or after a good end. */
function goOnCommands(sources: TroubleSources): readonly string[] {
  const state = rootState(sources);
  const id = shortId(sources.rootId);
  if (state === 'errored') return [`agents plan retry ${id}`];
  return state === 'paused' || state === 'queued' ? [`agents plan execute ${id}`] : [];
}

const statusOf = ({ rootId }: TroubleSources): string => `agents plan status ${shortId(rootId)}`;

function isOfStep(checkpoint: Checkpoint, planId: PlanId, stepId: string): boolean {
  return checkpoint.plan_id === planId && checkpoint.step_id === stepId;
}

/** The command that shows the newest fitting checkpoint; else where the plan stands. */
function showLast(sources: TroubleSources, fits: (checkpoint: Checkpoint) => boolean): readonly string[] {
  const last = sources.checkpoints.findLast(fits);
  if (!last) return [];
  return [`agents plan checkpoint show ${shortId(sources.rootId)} ${last.number}`];
}
