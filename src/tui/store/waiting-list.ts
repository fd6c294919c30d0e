import { isFinal } from '../../domain/event-handlers.ts';
import type { DecisionId, PlanId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import {
  decisionOf,
  decisionsOf,
  runStateOf,
  stepOf,
  type DecisionState,
  type TreeState,
} from '../../domain/plan-state.ts';
import type { StepStatus } from '../../domain/plan.ts';
import { CHANGED_BY_STEP } from '../../domain/refused-settings.ts';
import type { WaitingItem } from './plan-view.ts';

const OPEN_STEPS: readonly StepStatus[] = ['pending', 'running'];

/** Keeps what a person has to answer. */
export class WaitingList {
  readonly #asked = new Map<DecisionId, PlanId>();
  #settings: Extract<WaitingItem, { kind: 'settings' }> | null = null;
  #items: readonly WaitingItem[] = [];

  /** What a fork was asked before it was one. */
  begin(base: TreeState): void {
    for (const plan of base.plans.values()) {
      for (const decision of decisionsOf(plan)) this.#takeDecision(decision, plan.planId);
    }
  }

  take(event: PlanEvent): void {
    if (event.type === 'decision.made') this.#takeDecision(event.payload.decision, event.plan_id);
    if (event.type === 'config.changed') this.#takeSettings(event);
    if (event.type === 'plan.rolled_back') {
      for (const part of event.payload.parts) {
        if (part.section === 'decisions') this.#asked.set(part.key, part.plan_id);
      }
    }
  }

  /** The items as they stand in `tree`; the same array as long as they are the same. */
  items(tree: TreeState): readonly WaitingItem[] {
    const root = tree.rootId === null ? undefined : tree.plans.get(tree.rootId);
    const hasEnded = root === undefined || isFinal(runStateOf(root));
    const decisions = [...this.#asked].flatMap(([id, planId]) => openDecision(tree, planId, id));
    const known = new Map(this.#items.map((item) => [item.kind === 'decision' ? item.decision : item, item]));
    const items = [
      ...decisions.map((item) => known.get(item.decision) ?? item),
      ...(this.#settings === null || hasEnded ? [] : [this.#settings]),
    ];
    const isSame = items.length === this.#items.length && items.every((item, i) => item === this.#items[i]);
    if (!isSame) this.#items = items;
    return this.#items;
  }

  #takeDecision({ id, chosen }: Omit<DecisionState, 'sequence'>, planId: PlanId): void {
    if (chosen === null) this.#asked.set(id, planId);
    else this.#asked.delete(id);
  }

  #takeSettings({ seq, payload: { error } }: Extract<PlanEvent, { type: 'config.changed' }>): void {
    if (error === null) this.#settings = null;
    // Another error, an invalid file, leaves the question open.
    else if (error.code === CHANGED_BY_STEP) this.#settings = { kind: 'settings', error, seq };
  }
}

function openDecision(
  tree: TreeState,
  planId: PlanId,
  id: DecisionId,
): readonly Extract<WaitingItem, { kind: 'decision' }>[] {
  const plan = tree.plans.get(planId);
  const decision = plan && decisionOf(plan, id);
  if (!decision || decision.chosen !== null || decision.superseded_by !== null) return [];
  const step = decision.step_id === null ? undefined : stepOf(plan, decision.step_id);
  if (step && !OPEN_STEPS.includes(step.status)) return [];
  return isOpen(tree, planId) ? [{ kind: 'decision', planId, decision }] : [];
}

/** True if neither a plan nor one that it is part of has ended. */
function isOpen(tree: TreeState, planId: PlanId): boolean {
  const plan = tree.plans.get(planId);
  if (!plan || isFinal(runStateOf(plan))) return false;
  return plan.parentId === null || isOpen(tree, plan.parentId);
}
