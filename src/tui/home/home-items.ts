import type { HomeDocument, HomePlan } from '../../ports/home-source.ts';
import type { HomeData } from './home-data.ts';
import { homeFilter } from './home-filter.ts';
import { inOrder, type HomeOrder } from './home-order.ts';

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

/** Says whose the plans below it are; it can't be selected. */
export interface FolderRow {
  readonly kind: 'folder';
  readonly folder: string;
  readonly plans: readonly HomePlan[];
}

/** What there is, as it stands on the screen. */
export interface HomeItems {
  readonly plans: readonly PlanItem[];
  readonly documents: readonly DocumentItem[];
  /** What can be selected: the plans, then the documents. */
  readonly all: readonly HomeItem[];
  /** The plans as they are drawn: those of several folders below a row for each. */
  readonly rows: readonly (PlanItem | FolderRow)[];
}

/** Which plans and documents are shown, and how. */
export interface HomeView {
  readonly filter: string;
  readonly order: HomeOrder;
  /** The plans are of all folders. */
  readonly everywhere: boolean;
}

export const planItemId = (planId: string): string => `plan ${planId}`;

/** The plans and documents that a filter lets through, the plans in order; the folder of the first one first. */
export function homeItems(data: Pick<HomeData, 'plans' | 'documents'>, view: HomeView): HomeItems {
  const filter = homeFilter(view.filter);
  const found = (data.plans?.items ?? []).filter((plan) => filter.plan(plan));
  const rows = view.everywhere ? byFolder(found, view.order) : inOrder(found, view.order).map(planItem);
  const plans = rows.filter((row) => row.kind === 'plan');
  const documents = (data.documents ?? [])
    .filter((document) => filter.document(document))
    .map((document): DocumentItem => ({ kind: 'document', id: `document ${document.file}`, document }));
  return { plans, documents, all: [...plans, ...documents], rows };
}

/** Where a plan is drawn: the index of its row. */
export const rowOf = ({ plans, rows }: HomeItems, index: number): number => {
  const item = plans[index];
  return item === undefined ? -1 : rows.indexOf(item);
};

const planItem = (plan: HomePlan): PlanItem => ({
  kind: 'plan',
  id: planItemId(plan.plan.plan_id),
  plan,
});

function byFolder(found: readonly HomePlan[], order: HomeOrder): HomeItems['rows'] {
  const folders = Map.groupBy(inOrder(found, order), ({ plan }) => plan.workspace).keys();
  return [...folders].flatMap((folder) => {
    // Anew: a fork may work in another folder than its source.
    const plans = inOrder(
      found.filter(({ plan }) => plan.workspace === folder),
      order,
    );
    return [{ kind: 'folder' as const, folder, plans }, ...plans.map(planItem)];
  });
}
