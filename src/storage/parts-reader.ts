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
import { readStored } from './read-stored.ts';

interface PartRow {
  readonly plan_id: PlanId;
  readonly section: Section;
  readonly key: string;
  readonly ord: number;
  readonly value: string;
}

/** A plan exists from its first part on, also while a rollback has left it without any. */
const PLANS_AT = `select id, parent_id from plans where root_id = @rootId and exists (
    select 1 from state_parts where root_plan_id = @rootId and plan_id = plans.id and from_seq <= @seq)
  order by id = root_id desc, created_at, id`;

const TREE_PARTS_AT = `select plan_id, section, key, ord, value from state_parts
  where root_plan_id = @rootId and from_seq <= @seq and to_seq > @seq`;

const PLAN_PARTS_AT = `select plan_id, section, key, ord, value from state_parts
  where root_plan_id = @rootId and from_seq <= @seq and to_seq > @seq and plan_id = @planId`;

/** The state of a whole tree at a place of its journal. */
export function readTree(database: Database, rootId: PlanId, seq: number): TreeState {
  const plans = database.statement(PLANS_AT).all({ rootId, seq }) as {
    id: PlanId;
    parent_id: PlanId | null;
  }[];
  if (plans.length === 0) return EMPTY_TREE;
  const rows = database.statement(TREE_PARTS_AT).all({ rootId, seq }) as PartRow[];
  const byPlan = Map.groupBy(rows, (row) => row.plan_id);
  const states = plans.map(
    ({ id, parent_id }) => [id, toState(id, parent_id, byPlan.get(id) ?? [])] as const,
  );
  return { rootId, seq, plans: IMap(states) };
}

/** The state of one plan at a place of its tree's journal; without parts if there were none, or they were pruned. */
export function readPlanParts(database: Database, rootId: PlanId, planId: PlanId, seq: number): PlanState {
  return toState(planId, null, database.statement(PLAN_PARTS_AT).all({ rootId, planId, seq }) as PartRow[]);
}

function toState(planId: PlanId, parentId: PlanId | null, rows: readonly PartRow[]): PlanState {
  const empty = emptyPlanState(planId, parentId);
  const parts: Record<Section, IMap<string, Part>> = { ...empty.parts };
  for (const [section, ofSection] of Map.groupBy(rows, (row) => row.section)) {
    parts[section] = IMap(
      ofSection.map((row) => [row.key, { ord: row.ord, value: readStored(row.value) as Json }]),
    );
  }
  return { ...empty, parts };
}
