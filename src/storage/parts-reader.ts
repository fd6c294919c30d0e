import { Map as IMap } from 'immutable';
import {
  emptyPlanState,
  EMPTY_TREE,
  type Part,
  type PlanState,
  type Section,
  type TreeState,
} from '../domain/plan-state.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Database } from './database.ts';
import { TREE_NUMBERS } from './plan-number.ts';
import { readStored } from './read-stored.ts';
import { sectionOf } from './section-codes.ts';

interface PartRow {
  readonly plan: number;
  readonly section: number;
  readonly key: string;
  readonly ord: number;
  readonly value: string;
}

/** A plan exists from its first part on, also while a rollback has left it without any. */
const PLANS_AT = `select id, parent_id, number from plans join plan_numbers on plan_id = id
  where root_id = @rootId and exists (select 1 from part_versions where plan = number and from_seq <= @seq)
  order by id = root_id desc, created_at, id`;

const HELD_AT =
  'select plan, section, key, ord, value from part_versions where from_seq <= @seq and to_seq > @seq';
const TREE_PARTS_AT = `${HELD_AT} and plan in ${TREE_NUMBERS}`;

/** The state of a whole tree at a place of its journal. */
export function readTree(database: Database, rootId: PlanId, seq: number): TreeState {
  const plans = database.statement(PLANS_AT).all({ rootId, seq }) as {
    id: PlanId;
    parent_id: PlanId | null;
    number: number;
  }[];
  if (plans.length === 0) return EMPTY_TREE;
  const rows = database.statement(TREE_PARTS_AT).all({ rootId, seq }) as PartRow[];
  const byPlan = Map.groupBy(rows, (row) => row.plan);
  const states = plans.map(
    ({ id, parent_id, number }) => [id, toState(id, parent_id, byPlan.get(number) ?? [])] as const,
  );
  return { rootId, seq, plans: IMap(states) };
}

function toState(planId: PlanId, parentId: PlanId | null, rows: readonly PartRow[]): PlanState {
  const empty = emptyPlanState(planId, parentId);
  const parts: Record<Section, IMap<string, Part>> = { ...empty.parts };
  for (const [section, ofSection] of Map.groupBy(rows, (row) => row.section)) {
    parts[sectionOf(section)] = IMap(
      ofSection.map((row) => [row.key, { ord: row.ord, value: readStored(row.value) as Json }]),
    );
  }
  return { ...empty, parts };
}
