import { BugError } from './errors.ts';
import type { PlanId } from './ids.ts';
import type { EventPayloads, EventType } from './plan-event.ts';
import { emptyPlanState, type Part, type PlanState, type Section, type TreeState } from './plan-state.ts';

/** Names one part that an event changed. */
export interface TouchedPart {
  readonly planId: PlanId;
  readonly section: Section;
  readonly key: string;
}

export interface Applied {
  readonly state: TreeState;
  /** Each changed part once. */
  readonly touched: readonly TouchedPart[];
}

/** Reads and changes one tree of plans while one event is applied. Handlers see nothing else. */
export class StateDraft {
  #tree: TreeState;
  readonly #touched = new Map<string, TouchedPart>();

  constructor(tree: TreeState) {
    this.#tree = tree;
  }

  plan(planId: PlanId): PlanState {
    const plan = this.#tree.plans.get(planId);
    if (!plan)
      throw new BugError('unknown_plan_in_event', `an event names the plan ${planId}, which is not there`);
    return plan;
  }

  plans(): readonly PlanState[] {
    return [...this.#tree.plans.values()];
  }

  addPlan(planId: PlanId, parentId: PlanId | null): void {
    const rootId = this.#tree.rootId ?? planId;
    this.#tree = {
      ...this.#tree,
      rootId,
      plans: this.#tree.plans.set(planId, emptyPlanState(planId, parentId)),
    };
  }

  /** Sets a part; its place in the order stays if it was there, else it is `ord`. */
  set(planId: PlanId, section: Section, key: string, value: unknown, ord: number): void {
    const before = this.plan(planId).parts[section].get(key);
    this.#replace(planId, section, key, { ord: before?.ord ?? ord, value: value as Part['value'] });
  }

  setExactly(planId: PlanId, section: Section, key: string, part: Part): void {
    this.#replace(planId, section, key, part);
  }

  remove(planId: PlanId, section: Section, key: string): void {
    if (this.plan(planId).parts[section].has(key)) this.#replace(planId, section, key, undefined);
  }

  finish(seq: number): Applied {
    return { state: { ...this.#tree, seq }, touched: [...this.#touched.values()] };
  }

  #replace(planId: PlanId, section: Section, key: string, part: Part | undefined): void {
    const plan = this.plan(planId);
    const before = plan.parts[section];
    const after = part ? before.set(key, part) : before.delete(key);
    const changed: PlanState = { ...plan, parts: { ...plan.parts, [section]: after } };
    this.#tree = { ...this.#tree, plans: this.#tree.plans.set(planId, changed) };
    this.#touched.set(`${planId}/${section}/${key}`, { planId, section, key });
  }
}

/** What one type of event does to the state. */
export type EventHandler<T extends EventType> = (
  draft: StateDraft,
  event: {
    readonly plan_id: PlanId;
    readonly seq: number;
    readonly at: string;
    readonly payload: EventPayloads[T];
  },
) => void;

export type EventHandlers = { readonly [T in EventType]: EventHandler<T> };
