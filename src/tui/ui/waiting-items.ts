import type { DecisionId, PlanId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { PlanView, WaitingItem } from '../store/plan-view.ts';
import type { UiContext } from './ui-step.ts';
import type { Dialog, UiState } from './ui-state.ts';

export type WaitingDecision = Extract<WaitingItem, { kind: 'decision' }>;

/** Ids that say no, for those who press the key for it. */
const NO = /^(no|deny|denied|reject|rejected|none|cancel|skip)$/i;

/** The decision that a dialog is about; undefined once it has been made. */
export function findDecision(
  view: PlanView,
  { planId, decisionId }: { readonly planId: PlanId; readonly decisionId: DecisionId },
): WaitingDecision | undefined {
  return view.waiting.find(
    (item): item is WaitingDecision =>
      item.kind === 'decision' && item.planId === planId && item.decision.id === decisionId,
  );
}

/** True while what an open dialog asks still waits. */
export function stillWaits(view: PlanView, dialog: Dialog): boolean {
  if (dialog.kind === 'decision') return findDecision(view, dialog) !== undefined;
  if (dialog.kind !== 'settings') return true;
  return view.waiting.some((item) => item.kind === 'settings' && item.seq === dialog.seq);
}

/** The place in `view.waiting` of what a dialog asks; -1: it no longer waits. */
export function waitingIndex(view: PlanView, dialog: Dialog): number {
  if (dialog.kind === 'decision') {
    const found = findDecision(view, dialog);
    return found ? view.waiting.indexOf(found) : -1;
  }
  return view.waiting.findIndex(
    (item) => item.kind === 'settings' && dialog.kind === 'settings' && item.seq === dialog.seq,
  );
}

/** What `a` and `x` are about: what the selected step asks, else what waits longest. */
export function waitingTarget(state: UiState, { view, treeRows }: UiContext): WaitingItem | undefined {
  const node = treeRows[state.planIndex]?.node;
  const own = view.waiting.find(
    (item) =>
      item.kind === 'decision' &&
      node?.kind === 'step' &&
      item.planId === node.planId &&
      item.decision.step_id === node.stepId,
  );
  return own ?? view.waiting[0];
}

/** The first option that says no; -1: there is none. */
export function noOptionIndex({ decision }: WaitingDecision): number {
  return decision.options.findIndex(({ id }) => NO.test(id));
}

/** How a thing that waits is called; printable. */
export function waitingName(item: WaitingItem): string {
  if (item.kind === 'settings') return 'a change of the checkpoint settings';
  return toPrintableLine(item.decision.step_id ?? item.decision.question);
}
