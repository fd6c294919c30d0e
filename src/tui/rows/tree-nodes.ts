import type { PlanId } from '../../domain/ids.ts';
import {
  phaseOf,
  runStateOf,
  type DecisionState,
  type PlanState,
  type StepState,
  type SubplanState,
} from '../../domain/plan-state.ts';
import { PHASES, type Phase, type RunState } from '../../domain/plan.ts';
import { safeText } from '../lines/safe-text.ts';
import type { PhaseSpan, PlanView } from '../store/plan-view.ts';
import type { Attempt } from '../store/node-history.ts';
import { stepKey } from '../store/tolerated-steps.ts';
import { outlineOf } from './plan-outline.ts';
import type { NodeRef } from './tree-row.ts';

/** What a node of the plan's tree is about. */
export type NodeSubject =
  | { readonly kind: 'phase'; readonly state: RunState; readonly span: PhaseSpan | null }
  | {
      readonly kind: 'step';
      readonly step: StepState;
      readonly decision: DecisionState | null;
      /** The decision that this one corrects. */
      readonly corrected: DecisionState | null;
      /** It failed, and its plan goes on all the same. */
      readonly isTolerated: boolean;
    }
  | { readonly kind: 'attempt'; readonly attempt: Attempt }
  | { readonly kind: 'subplan'; readonly subplan: SubplanState; readonly child: PlanState | null };

/** One node with all below it, before anything is folded or left out. */
export interface TreeNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly ref: NodeRef;
  readonly name: string;
  readonly subject: NodeSubject;
  readonly children: readonly TreeNode[];
}

const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  strategize: 'Strategize',
  execute: 'Execute',
  apply: 'Apply',
};

/** The nodes of the root plan, phase by phase; none before its first event. */
export function treeNodes(view: PlanView): readonly TreeNode[] {
  const { tree, rootId, phases } = view;
  const root = tree.plans.get(rootId);
  if (!root) return [];
  // Nobody has to apply a plan: the phase is shown only where somebody did.
  const shown = PHASES.filter((phase) => phase !== 'apply' || phaseState(root, phase) !== 'queued');
  return shown.map((phase) => {
    const id = `phase:${phase}`;
    const span = phases.find((span) => span.phase === phase) ?? null;
    return {
      id,
      parentId: null,
      ref: { kind: 'phase', phase },
      name: PHASE_NAMES[phase],
      subject: { kind: 'phase', state: phaseState(root, phase), span },
      children: phase === 'execute' ? stepNodes(view, root, id) : [],
    };
  });
}

function phaseState(root: PlanState, phase: Phase): RunState {
  const distance = PHASES.indexOf(phase) - PHASES.indexOf(phaseOf(root));
  if (distance === 0) return runStateOf(root);
  return distance < 0 ? 'complete' : 'queued';
}

function stepNodes(view: PlanView, plan: PlanState, parentId: string): readonly TreeNode[] {
  const { tree, tolerated } = view;
  const { steps, subplansOfStep, decisionOfStep, corrected } = outlineOf(plan);
  // A tree with a plan has its root.
  const root = tree.plans.get(tree.rootId as PlanId) as PlanState;
  // After a rollback the state is what it was then, and what ran then only waits for its turn.
  const isInLine = runStateOf(root) === 'queued';
  return steps.map((step) => {
    const decision = decisionOfStep.get(step.id) ?? null;
    const id = `step:${plan.planId}/${step.id}`;
    const subplans = subplansOfStep.get(step.id) ?? [];
    return {
      id,
      parentId,
      ref: { kind: 'step', planId: plan.planId, stepId: step.id },
      name: stepName(step),
      subject: {
        kind: 'step',
        step: isInLine ? restingStep(step) : step,
        decision,
        corrected: (decision && corrected.get(decision.id)) ?? null,
        isTolerated: step.status === 'failed' && tolerated.has(stepKey(plan.planId, step.id)),
      },
      children: [
        ...attemptNodes(view, plan, step, id),
        ...subplans.map((subplan) =>
          subplanNode(view, plan, isInLine ? restingSubplan(subplan) : subplan, id),
        ),
      ],
    };
  });
}

/** The attempts before the one that its state is about. In the past those that came later are left out. */
function attemptNodes(
  { history }: PlanView,
  { planId }: PlanState,
  { id: stepId, attempt: current }: StepState,
  parentId: string,
): readonly TreeNode[] {
  const key = stepKey(planId, stepId);
  const earlier = (history.attempts.get(key) ?? []).filter(({ number }) => number < current);
  return earlier.map((attempt) => ({
    id: `attempt:${key}/${attempt.number}`,
    parentId,
    ref: { kind: 'step', planId, stepId },
    name: `attempt ${attempt.number}`,
    subject: { kind: 'attempt', attempt },
    children: [],
  }));
}

const resting = new WeakMap<StepState, StepState>();

/** A step that had begun, in a plan that nobody has started again. The same one each time: rows are known by it. */
function restingStep(step: StepState): StepState {
  if (step.status !== 'running') return step;
  const known = resting.get(step) ?? { ...step, status: 'pending' };
  resting.set(step, known);
  return known;
}

/** As `restingStep`. */
const restingSubplan = (subplan: SubplanState): SubplanState =>
  subplan.status === 'processing' ? { ...subplan, status: 'queued' } : subplan;

function subplanNode(view: PlanView, plan: PlanState, subplan: SubplanState, parentId: string): TreeNode {
  const id = `subplan:${subplan.id}`;
  const child = view.tree.plans.get(subplan.plan_id) ?? null;
  return {
    id,
    parentId,
    ref: {
      kind: 'subplan',
      planId: subplan.plan_id,
      subplanId: subplan.id,
      parentPlanId: plan.planId,
    },
    name: safeText(subplan.name),
    subject: { kind: 'subplan', subplan, child },
    children: child ? stepNodes(view, child, id) : [],
  };
}

const names = new WeakMap<StepState, string>();

/** A step's id, and its name if it has one of its own. */
function stepName(step: StepState): string {
  const known = names.get(step) ?? safeText(step.name === step.id ? step.id : `${step.id} ${step.name}`);
  names.set(step, known);
  return known;
}
