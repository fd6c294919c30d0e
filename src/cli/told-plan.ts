import { applyEvent } from '../domain/apply-event.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { EventListener, OutputLine } from '../ports/event-listener.ts';
import { isWithin, planPath } from '../tui/words/plan-names.ts';

/** Tells a person what happens to a plan, as it happens. */
export interface PlanReporter extends EventListener {
  /** The state with every event heard so far in it. */
  readonly tree: TreeState;
  /** True if the event, already heard, is one to tell of. */
  covers(event: PlanEvent): boolean;
  onEvent(event: PlanEvent): void;
}

/** A plan as far as it has been told: its state, and which tools talk at the moment. */
export class ToldPlan {
  readonly #within: PlanId | undefined;
  readonly #runningCalls = new Set<string>();
  #tree: TreeState;

  /** `tree` is the state before the first event; only `within` and its subplans are told of, absent: the whole tree. */
  constructor(tree: TreeState, within: PlanId | undefined) {
    this.#tree = tree;
    this.#within = within;
  }

  get tree(): TreeState {
    return this.#tree;
  }

  covers({ plan_id }: PlanEvent): boolean {
    return this.#within === undefined || isWithin(this.#tree, plan_id, this.#within);
  }

  hear(event: PlanEvent): void {
    this.#tree = applyEvent(this.#tree, event).state;
    const { type, payload } = event;
    if (type === 'tool.started') this.#runningCalls.add(payload.call_id);
    if (type === 'tool.completed' || type === 'tool.failed') this.#runningCalls.delete(payload.call_id);
  }

  /** The names that lead to who says a line, where several tools talk at once; else none. */
  speaker({ plan_id, step_id }: OutputLine): readonly string[] {
    return this.#runningCalls.size < 2 ? [] : [...planPath(this.#tree, plan_id), step_id];
  }
}

/** A question that takes its default where nobody can be asked. */
export function isTakenAtOnce({ type, payload }: PlanEvent): boolean {
  if (type !== 'decision.made') return false;
  const { chosen, default: fallback = null } = payload.decision;
  return chosen === null && fallback !== null;
}
