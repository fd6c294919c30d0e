import type { HomePlan } from '../../ports/home-source.ts';
import { NEEDS, needOf } from './home-needs.ts';

/** The orders that plans can stand in, as a key goes through them. */
export const HOME_ORDERS = ['needs', 'newest', 'name', 'progress'] as const;
export type HomeOrder = (typeof HOME_ORDERS)[number];

/** What each order is called above the plans. */
export const ORDER_WORDS: Readonly<Record<HomeOrder, string>> = {
  needs: 'what needs you first',
  newest: 'newest first',
  name: 'by name',
  progress: 'least done first',
};

type Compare = (a: HomePlan, b: HomePlan) => number;

const doneOf = ({ steps }: HomePlan): number => (steps.total === 0 ? 0 : steps.complete / steps.total);

/** Where two plans are alike the newer one is first: so they come. */
const COMPARE: Readonly<Record<HomeOrder, () => Compare>> = {
  needs: () => (a, b) => NEEDS.indexOf(needOf(a)) - NEEDS.indexOf(needOf(b)),
  newest: () => () => 0,
  name: () => {
    const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    return (a, b) => compare(a.plan.name, b.plan.name);
  },
  progress: () => (a, b) => doneOf(a) - doneOf(b),
};

/** @param plans the newest first */
export function inOrder(plans: readonly HomePlan[], order: HomeOrder): readonly HomePlan[] {
  const sorted = plans.toSorted(COMPARE[order]());
  return order === 'needs' ? withForksBelow(sorted) : sorted;
}

/** A fork that needs nobody stands below its source, if that is there. */
function withForksBelow(plans: readonly HomePlan[]): readonly HomePlan[] {
  const ids = new Set(plans.map(({ plan }) => plan.plan_id));
  const sourceOf = (item: HomePlan): string | null =>
    needOf(item) === null && item.source !== null && ids.has(item.source.plan_id)
      ? item.source.plan_id
      : null;
  const withForks = (item: HomePlan): readonly HomePlan[] => [
    item,
    ...plans.filter((fork) => sourceOf(fork) === item.plan.plan_id).flatMap(withForks),
  ];
  return plans.filter((item) => sourceOf(item) === null).flatMap(withForks);
}
