import type { EventHandlers, StateDraft } from './state-draft.ts';
import type { PlanId } from './ids.ts';
import type { ErrorValue } from './errors.ts';
import type { RunState } from './plan.ts';
import {
  callOf,
  callsOf,
  decisionOf,
  requireStep,
  runStateOf,
  stepsOf,
  subplanOf,
  subplansOf,
  type PlanState,
  type Section,
  type StepState,
  type SubplanState,
  type ToolCallState,
} from './plan-state.ts';
import { BugError } from './errors.ts';

const FINAL_STATES: readonly RunState[] = ['complete', 'errored', 'cancelled', 'applied'];

/** True if nothing more happens to a plan or subplan in this state by itself. */
export function isFinal(state: RunState): boolean {
  return FINAL_STATES.includes(state);
}

function setPlan(draft: StateDraft, planId: PlanId, key: string, value: unknown): void {
  draft.set(planId, 'plan', key, value, 0);
}

function changeStep(draft: StateDraft, planId: PlanId, id: string, change: Partial<StepState>): void {
  const step = requireStep(draft.plan(planId), id);
  draft.set(planId, 'steps', id, { ...step, ...change }, 0);
}

function changeCall(draft: StateDraft, planId: PlanId, id: string, change: Partial<ToolCallState>): void {
  const call = callOf(draft.plan(planId), id);
  if (!call) throw new BugError('unknown_call_in_event', `an event names the call ${id}, which is not there`);
  draft.set(planId, 'tool_calls', id, { ...call, ...change }, 0);
}

function changeSubplan(draft: StateDraft, planId: PlanId, id: string, change: Partial<SubplanState>): void {
  const subplan = subplanOf(draft.plan(planId), id);
  if (!subplan)
    throw new BugError('unknown_subplan_in_event', `an event names the subplan ${id}, which is not there`);
  draft.set(planId, 'subplans', id, { ...subplan, ...change }, 0);
}

function clear(draft: StateDraft, planId: PlanId, sections: readonly Section[]): void {
  for (const section of sections) {
    for (const key of draft.plan(planId).parts[section].keys()) draft.remove(planId, section, key);
  }
}

/** What a run left half done becomes ready to be done again. */
function putBackUnfinished(draft: StateDraft, plan: PlanState): void {
  for (const step of stepsOf(plan)) {
    if (step.status === 'running') changeStep(draft, plan.planId, step.id, { status: 'pending' });
  }
  for (const call of callsOf(plan)) {
    if (call.status === 'running') changeCall(draft, plan.planId, call.id, { status: 'interrupted' });
  }
  for (const subplan of subplansOf(plan)) {
    if (!isFinal(subplan.status)) changeSubplan(draft, plan.planId, subplan.id, { status: 'queued' });
  }
}

/** The root runs, and what it had begun below waits for its turn again. */
function goOn(draft: StateDraft, rootId: PlanId): void {
  for (const plan of draft.plans()) {
    putBackUnfinished(draft, plan);
    const state = runStateOf(plan);
    if (plan.planId === rootId) setPlan(draft, rootId, 'state', 'processing');
    else if (state === 'paused' || state === 'processing') setPlan(draft, plan.planId, 'state', 'queued');
  }
}

const NOT_BEGUN = {
  status: 'pending',
  attempt: 0,
  started_at: null,
  ended_at: null,
  error: null,
  reason: null,
} as const;

function restart(draft: StateDraft, planId: PlanId): void {
  clear(draft, planId, ['tool_calls', 'outputs', 'subplans', 'context']);
  for (const step of stepsOf(draft.plan(planId))) {
    changeStep(draft, planId, step.id, NOT_BEGUN);
  }
  setPlan(draft, planId, 'state', 'queued');
  setPlan(draft, planId, 'error', null);
  setPlan(draft, planId, 'cursor', null);
}

/** Its calls go from the state with it: the recorded result of one would be taken for that of the new attempt. */
function restartStep(draft: StateDraft, planId: PlanId, id: string): void {
  for (const call of callsOf(draft.plan(planId))) {
    if (call.step_id === id) draft.remove(planId, 'tool_calls', call.id);
  }
  draft.remove(planId, 'outputs', id);
  changeStep(draft, planId, id, NOT_BEGUN);
}

function cancelOpen(draft: StateDraft, planId: PlanId, at: string, reason: string): void {
  for (const step of stepsOf(draft.plan(planId))) {
    if (step.status === 'pending' || step.status === 'running') {
      changeStep(draft, planId, step.id, { status: 'cancelled', ended_at: at, reason });
    }
  }
}

function endSubplan(
  draft: StateDraft,
  planId: PlanId,
  id: string,
  status: RunState,
  error: ErrorValue | null,
): void {
  changeSubplan(draft, planId, id, { status, error });
}

const nothing = (): void => undefined;

export const handlers: EventHandlers = {
  'plan.created': (draft, { plan_id, payload }) => {
    draft.addPlan(plan_id, payload.parent?.plan_id ?? null);
    setPlan(draft, plan_id, 'phase', 'strategize');
    setPlan(draft, plan_id, 'state', 'queued');
    setPlan(draft, plan_id, 'cursor', null);
    setPlan(draft, plan_id, 'error', null);
    payload.steps.forEach((head, index) => {
      const step: StepState = { ...head, ...NOT_BEGUN };
      draft.set(plan_id, 'steps', head.id, step, index);
    });
  },
  'plan.phase_changed': (draft, { plan_id, payload }) => {
    setPlan(draft, plan_id, 'phase', payload.phase);
    setPlan(draft, plan_id, 'state', payload.state);
  },
  'plan.paused': (draft) => {
    for (const plan of draft.plans()) {
      putBackUnfinished(draft, plan);
      if (runStateOf(plan) === 'processing') setPlan(draft, plan.planId, 'state', 'paused');
    }
  },
  'plan.resumed': (draft, { plan_id }) => goOn(draft, plan_id),
  'plan.retried': (draft, { plan_id, payload }) => {
    goOn(draft, plan_id);
    for (const id of payload.step_ids) restartStep(draft, plan_id, id);
    for (const { subplan_id, plan_id: child, attempt, max_retries } of payload.subplans) {
      changeSubplan(draft, plan_id, subplan_id, { status: 'queued', attempt, max_retries, error: null });
      restart(draft, child);
    }
    setPlan(draft, plan_id, 'error', null);
  },
  'plan.cancelled': (draft, { plan_id, at, payload }) => {
    setPlan(draft, plan_id, 'state', 'cancelled');
    cancelOpen(draft, plan_id, at, payload.reason);
  },
  'plan.failed': (draft, { plan_id, payload }) => {
    setPlan(draft, plan_id, 'state', 'errored');
    setPlan(draft, plan_id, 'error', payload.error);
  },
  'plan.completed': (draft, { plan_id, payload }) => {
    setPlan(draft, plan_id, 'state', 'complete');
    setPlan(draft, plan_id, 'result', payload.outputs);
  },
  'plan.applied': (draft, { plan_id }) => {
    setPlan(draft, plan_id, 'phase', 'apply');
    setPlan(draft, plan_id, 'state', 'applied');
  },
  'plan.forked': nothing,
  'plan.rolled_back': (draft, { payload }) => {
    for (const part of payload.parts) {
      const section = part.section as Section;
      if (part.gone) draft.remove(part.plan_id, section, part.key);
      else draft.setExactly(part.plan_id, section, part.key, { ord: part.ord, value: part.value });
    }
  },

  'step.started': (draft, { plan_id, at, payload }) => {
    const change = {
      status: 'running',
      attempt: payload.attempt,
      ended_at: null,
      error: null,
      reason: null,
    } as const;
    const startedAt = requireStep(draft.plan(plan_id), payload.step_id).started_at ?? at;
    changeStep(draft, plan_id, payload.step_id, { ...change, started_at: startedAt });
    setPlan(draft, plan_id, 'cursor', payload.step_id);
  },
  'step.completed': (draft, { plan_id, seq, at, payload }) => {
    changeStep(draft, plan_id, payload.step_id, { status: 'complete', ended_at: at });
    // An output stands once: a tool's stays in its call, and the output only names the call.
    const output = payload.call_id === null ? { value: payload.output } : { call_id: payload.call_id };
    draft.set(plan_id, 'outputs', payload.step_id, output, seq);
  },
  'step.failed': (draft, { plan_id, at, payload }) => {
    changeStep(draft, plan_id, payload.step_id, { status: 'failed', ended_at: at, error: payload.error });
  },
  'step.skipped': (draft, { plan_id, at, payload }) => {
    changeStep(draft, plan_id, payload.step_id, { status: 'skipped', ended_at: at, reason: payload.reason });
  },
  'step.retried': (draft, { plan_id, payload }) => {
    changeStep(draft, plan_id, payload.step_id, { error: payload.error });
  },

  'tool.started': (draft, { plan_id, seq, payload }) => {
    const call: ToolCallState = {
      id: payload.call_id,
      step_id: payload.step_id,
      attempt: payload.attempt,
      tool: payload.tool,
      effect: payload.effect,
      ...(payload.asked_as !== undefined && { asked_as: payload.asked_as }),
      status: 'running',
      outcome: null,
      result: null,
      error: null,
      process: null,
    };
    draft.set(plan_id, 'tool_calls', payload.call_id, call, seq);
  },
  'tool.spawned': (draft, { plan_id, payload }) => {
    changeCall(draft, plan_id, payload.call_id, { process: payload.process });
  },
  'tool.output': nothing,
  'tool.completed': (draft, { plan_id, payload }) => {
    const ended = { status: 'complete', outcome: 'ok', process: null } as const;
    changeCall(draft, plan_id, payload.call_id, { ...ended, result: payload.result });
  },
  'tool.failed': (draft, { plan_id, payload }) => {
    const ended = { status: 'failed', outcome: 'error', process: null } as const;
    changeCall(draft, plan_id, payload.call_id, { ...ended, result: payload.result, error: payload.error });
  },

  'decision.made': (draft, { plan_id, seq, payload }) => {
    const { decisions } = draft.plan(plan_id).parts;
    const asked = decisionOf(draft.plan(plan_id), payload.decision.id);
    const sequence = asked?.sequence ?? decisions.size + 1;
    draft.set(plan_id, 'decisions', payload.decision.id, { ...payload.decision, sequence }, seq);
  },
  'decision.superseded': (draft, { plan_id, payload }) => {
    const decision = decisionOf(draft.plan(plan_id), payload.decision_id);
    if (decision) draft.set(plan_id, 'decisions', decision.id, { ...decision, superseded_by: payload.by }, 0);
  },

  'subplan.spawned': (draft, { plan_id, seq, payload }) => {
    const { subplan_id, max_retries, name, step_id } = payload;
    const subplan: SubplanState = {
      id: subplan_id,
      plan_id: payload.plan_id,
      step_id,
      name,
      status: 'queued',
      attempt: 0,
      max_retries,
      error: null,
    };
    draft.set(plan_id, 'subplans', subplan_id, subplan, seq);
  },
  'subplan.started': (draft, { plan_id, payload }) => {
    changeSubplan(draft, plan_id, payload.subplan_id, { status: 'processing', attempt: payload.attempt });
  },
  'subplan.retried': (draft, { plan_id, payload }) => {
    changeSubplan(draft, plan_id, payload.subplan_id, { status: 'queued', error: payload.error });
    restart(draft, payload.plan_id);
  },
  'subplan.completed': (draft, { plan_id, payload }) => {
    endSubplan(draft, plan_id, payload.subplan_id, 'complete', null);
  },
  'subplan.failed': (draft, { plan_id, payload }) => {
    endSubplan(draft, plan_id, payload.subplan_id, 'errored', payload.error);
  },
  'subplan.cancelled': (draft, { plan_id, payload }) => {
    endSubplan(draft, plan_id, payload.subplan_id, 'cancelled', null);
  },

  'compensation.recorded': nothing,
  'compensation.started': nothing,
  'compensation.ended': nothing,
  'context.set': (draft, { plan_id, seq, payload }) => {
    draft.set(plan_id, 'context', payload.key, payload.value, seq);
  },
  'checkpoint.created': nothing,
  'checkpoint.failed': nothing,
  'checkpoint.marked': nothing,
  'checkpoint.deleted': nothing,
  'checkpoint.pruned': nothing,
  'config.changed': nothing,
  'note.added': nothing,
};
