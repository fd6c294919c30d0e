import { type Attributes, type Context, type Link, type Span, type Tracer } from '@opentelemetry/api';
import type { ErrorValue } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { EventPayloads, EventType, PlanEvent } from '../domain/plan-event.ts';
import { requireStep, subplanOf, type PlanState, type TreeState } from '../domain/plan-state.ts';
import type { EventListener } from '../ports/event-listener.ts';
import * as names from './attribute-names.ts';
import { MODEL_TOOL, replyAttributes, replyContent } from './model-call.ts';
import { OpenSpans } from './open-spans.ts';
import { chatStart, planStart, stepStart, toolStart } from './span-starts.ts';

/** What the spans of one run are made from. */
export interface SpannedRun {
  readonly tracer: Tracer;
  readonly plan: { readonly id: PlanId; readonly name: string };
  /** The plan's state as it is now. */
  readonly journal: { readonly tree: TreeState };
  /** Inputs, outputs and messages too. */
  readonly content: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What this run is a part of; null: nothing is known of that. */
  readonly under: Context | null;
  /** The run that it goes on from. */
  readonly links: Link[];
}

type Happened<T extends EventType> = Pick<PlanEvent, 'plan_id' | 'at'> & {
  readonly payload: EventPayloads[T];
};
type Handlers = { readonly [T in EventType]?: (event: Happened<T>) => void };

const planKey = (id: PlanId): string => `plan ${id}`;
const stepKey = (planId: PlanId, id: string): string => `step ${planId} ${id}`;
const callKey = (id: string): string => `call ${id}`;

/** Makes spans out of what was committed: the plan, its subplans, steps, calls of tools, questions to models. */
export class PlanSpans implements EventListener {
  readonly #run: SpannedRun;
  readonly #spans: OpenSpans;
  /** The calls that are questions to a model. */
  readonly #asking = new Set<string>();

  constructor(run: SpannedRun) {
    this.#run = run;
    const { tracer, content, plan, under, links, startedAt: at } = run;
    const start = { ...planStart(plan.name, plan.id), at, links };
    this.#spans = new OpenSpans(tracer, content, { key: planKey(plan.id), under, start });
  }

  /** The span of the whole run. */
  get root(): Span {
    return this.#spans.root;
  }

  onEvent(event: PlanEvent): void {
    const handle = this.#handlers[event.type] as ((event: PlanEvent) => void) | undefined;
    handle?.(event);
  }

  /** The run is over. @param outcome the plan's state */
  end(at: string, outcome: string, error: ErrorValue | null): void {
    this.#spans.endAll({ at, attributes: { [names.PLAN_OUTCOME]: outcome }, error });
  }

  readonly #handlers: Handlers = {
    'plan.paused': ({ at, payload }) => {
      this.#tell(this.root, 'agents.plan.paused', at, { [names.REASON]: payload.reason });
      // What rests begins anew: the time in between is no work of it.
      this.#spans.endBelow(planKey(this.#run.plan.id), { at });
    },
    'plan.resumed': ({ at }) => this.#tell(this.root, 'agents.plan.resumed', at),
    'plan.completed': ({ plan_id, payload }) =>
      void this.#planSpan(plan_id).setAttributes(this.#held(names.PLAN_OUTPUTS, payload.outputs)),
    'plan.failed': ({ plan_id, payload }) => this.#spans.fail(this.#planSpan(plan_id), payload.error),
    'plan.rolled_back': ({ at, payload: { checkpoint_id, number, scope } }) => {
      const id = checkpoint_id === null ? {} : { [names.CHECKPOINT_ID]: checkpoint_id };
      const to = number === null ? {} : { [names.CHECKPOINT_NUMBER]: number };
      this.#tell(this.root, 'agents.plan.rolled_back', at, { ...id, ...to, [names.ROLLBACK_SCOPE]: scope });
    },

    'subplan.started': ({ plan_id, at, payload: { subplan_id, attempt } }) => {
      const subplan = subplanOf(this.#plan(plan_id), subplan_id);
      if (!subplan) return;
      const start = planStart(subplan.name, subplan.plan_id, { [names.SUBPLAN_ATTEMPT]: attempt });
      const above = this.#openStep(plan_id, subplan.step_id);
      this.#spans.start(planKey(subplan.plan_id), above, { ...start, at });
    },
    'subplan.retried': (event) => this.#endSubplan(event, 'errored', event.payload.error),
    'subplan.completed': (event) => this.#endSubplan(event, 'complete'),
    'subplan.failed': (event) => this.#endSubplan(event, 'errored', event.payload.error),
    'subplan.cancelled': (event) => this.#endSubplan(event, 'cancelled'),

    'step.started': ({ plan_id, at, payload: { step_id, attempt } }) => {
      const step = requireStep(this.#plan(plan_id), step_id);
      const start = stepStart(step, attempt, this.#run.content);
      this.#spans.start(stepKey(plan_id, step_id), this.#openPlan(plan_id), { ...start, at });
    },
    'step.completed': ({ plan_id, at, payload: { step_id, call_id, output } }) => {
      // The result of a call stands with the call.
      const held = call_id === null ? this.#held(names.STEP_OUTPUT, output) : {};
      this.#endStep({ plan_id, at, payload: { step_id } }, 'complete', null, held);
    },
    'step.failed': (event) => this.#endStep(event, 'failed', event.payload.error),
    'step.retried': (event) => this.#endStep(event, 'retried', event.payload.error),
    'step.skipped': (event) => {
      const step = { [names.STEP_ID]: event.payload.step_id };
      this.#tell(this.#planSpan(event.plan_id), 'agents.step.skipped', event.at, step);
      this.#endStep(event, 'skipped');
    },

    'tool.started': ({ plan_id, at, payload }) => {
      const isModel = payload.tool === MODEL_TOOL;
      if (isModel) this.#asking.add(payload.call_id);
      const held = this.#held(names.TOOL_ARGUMENTS, payload.input);
      const start = isModel ? chatStart(payload) : toolStart(payload, held);
      this.#spans.start(callKey(payload.call_id), this.#openStep(plan_id, payload.step_id), { ...start, at });
    },
    'tool.completed': (event) => this.#endCall(event, null),
    'tool.failed': (event) => this.#endCall(event, event.payload.error),

    'checkpoint.created': ({ plan_id, at, payload: { checkpoint } }) => {
      const call = checkpoint.tool_call_id === null ? [] : [callKey(checkpoint.tool_call_id)];
      const span = this.#spans.get(this.#openStep(plan_id, checkpoint.step_id, call));
      this.#tell(span, 'agents.checkpoint', at, {
        [names.CHECKPOINT_ID]: checkpoint.id,
        [names.CHECKPOINT_NUMBER]: checkpoint.number,
        [names.CHECKPOINT_TRIGGER]: checkpoint.trigger,
      });
    },
    'checkpoint.failed': ({ plan_id, at, payload: { trigger, step_id, error } }) => {
      const span = this.#spans.get(this.#openStep(plan_id, step_id));
      const attributes = { [names.CHECKPOINT_TRIGGER]: trigger, [names.ERROR_TYPE]: error.code };
      this.#tell(span, 'agents.checkpoint.failed', at, attributes);
    },
  };

  #endSubplan(
    { plan_id, at, payload }: Happened<'subplan.completed'>,
    outcome: string,
    error: ErrorValue | null = null,
  ): void {
    const subplan = subplanOf(this.#plan(plan_id), payload.subplan_id);
    if (!subplan) return;
    this.#spans.end(planKey(subplan.plan_id), { at, attributes: { [names.PLAN_OUTCOME]: outcome }, error });
  }

  #endStep(
    { plan_id, at, payload }: Pick<PlanEvent, 'plan_id' | 'at'> & { payload: { readonly step_id: string } },
    outcome: string,
    error: ErrorValue | null = null,
    more: Attributes = {},
  ): void {
    const attributes = { [names.STEP_OUTCOME]: outcome, ...more };
    this.#spans.end(stepKey(plan_id, payload.step_id), { at, attributes, error });
  }

  #endCall({ at, payload }: Happened<'tool.completed'>, error: ErrorValue | null): void {
    const { call_id, result } = payload;
    const attributes = this.#asking.delete(call_id)
      ? { ...replyAttributes(result), ...(this.#run.content && replyContent(result)) }
      : this.#held(names.TOOL_RESULT, result);
    this.#spans.end(callKey(call_id), { at, attributes, error });
  }

  #tell(span: Span, name: string, at: string, attributes: Attributes = {}): void {
    span.addEvent(name, attributes, new Date(at));
  }

  /** A value as the journal holds it, only where content is asked for. */
  #held(name: string, value: Json): Attributes {
    return this.#run.content ? { [name]: JSON.stringify(value) } : {};
  }

  #plan(id: PlanId): PlanState {
    return this.#run.journal.tree.plans.get(id) as PlanState;
  }

  #planSpan(id: PlanId): Span {
    return this.#spans.get(this.#openPlan(id));
  }

  /** Where a plan isn't open, the run is. */
  #openPlan(id: PlanId): string {
    return this.#spans.firstOpen([planKey(id)]);
  }

  #openStep(planId: PlanId, id: string | null, first: readonly string[] = []): string {
    const step = id === null ? [] : [stepKey(planId, id)];
    return this.#spans.firstOpen([...first, ...step, planKey(planId)]);
  }
}
