import type { HomeDocument, HomePlan } from '../../ports/home-source.ts';
import { isFinal } from '../../domain/event-handlers.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import { phaseStateWords } from '../words/state-words.ts';
import type { HomeData } from './home-data.ts';

export interface PlanItem {
  readonly kind: 'plan';
  readonly id: string;
  readonly plan: HomePlan;
}
export interface DocumentItem {
  readonly kind: 'document';
  readonly id: string;
  readonly document: HomeDocument;
}
export type HomeItem = PlanItem | DocumentItem;

/** What can be selected, as it stands on the screen. */
export interface HomeItems {
  readonly plans: readonly PlanItem[];
  readonly documents: readonly DocumentItem[];
  /** The plans, then the documents. */
  readonly all: readonly HomeItem[];
}

export const planItemId = (planId: string): string => `plan ${planId}`;

/** The plans and documents with a text, in either case; the plans that need somebody first, then the newest. */
export function homeItems({ plans, documents }: Pick<HomeData, 'plans' | 'documents'>, filter: string) {
  const has = (texts: readonly (string | null)[]): boolean =>
    texts.join('\n').toLowerCase().includes(filter.toLowerCase());
  const planItems = inOrder(plans?.items ?? [])
    .filter(({ plan }) =>
      has([
        plan.name,
        plan.goal,
        plan.plan_id,
        plan.workspace,
        formatPhaseState(plan.phase, plan.state),
        phaseStateWords(plan.phase, plan.state),
      ]),
    )
    .map((plan): PlanItem => ({ kind: 'plan', id: planItemId(plan.plan.plan_id), plan }));
  const documentItems = (documents ?? [])
    .filter(({ file, name, goal }) => has([file, name, goal]))
    .map((document): DocumentItem => ({ kind: 'document', id: `document ${document.file}`, document }));
  return { plans: planItems, documents: documentItems, all: [...planItems, ...documentItems] };
}

/** What a plan needs of a person, the most urgent first. */
const NEEDS = ['answer', 'failed', 'lost', null] as const;
export type Need = (typeof NEEDS)[number];

export function needOf({ plan, waiting, isRun }: HomePlan): Need {
  if (plan.state === 'errored') return 'failed';
  if (isFinal(plan.state)) return null;
  if (waiting > 0) return 'answer';
  return plan.state === 'processing' && !isRun ? 'lost' : null;
}

/** Nobody runs it, and it isn't over for good: a failed one goes on at its failed step. */
export const canGoOn = ({ plan, isRun }: HomePlan): boolean =>
  !isRun && (plan.state === 'errored' || !isFinal(plan.state));

/** A fork that needs nobody stands below its source, if that is there. */
function inOrder(plans: readonly HomePlan[]): readonly HomePlan[] {
  const ids = new Set(plans.map(({ plan }) => plan.plan_id));
  const sourceOf = (item: HomePlan): string | null =>
    needOf(item) === null && item.source !== null && ids.has(item.source.plan_id)
      ? item.source.plan_id
      : null;
  const withForks = (item: HomePlan): readonly HomePlan[] => [
    item,
    ...plans.filter((fork) => sourceOf(fork) === item.plan.plan_id).flatMap(withForks),
  ];
  const first = plans.filter((item) => sourceOf(item) === null);
  return NEEDS.flatMap((need) => first.filter((item) => needOf(item) === need)).flatMap(withForks);
}
