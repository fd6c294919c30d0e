import type { Loaded } from '@mikro-orm/core';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import type { PlanRow } from './entities/plan-row.ts';

/** The columns that only whole plans are read with. */
export const LONG_COLUMNS = ['document', 'included_documents', 'inputs', 'effective_config'] as const;

export type WholePlanRow = Loaded<PlanRow, (typeof LONG_COLUMNS)[number]>;

export function toPlanSummary(row: PlanRow): PlanSummary {
  return {
    plan_id: row.id,
    root_plan_id: row.root_id,
    parent_id: row.parent_id ?? null,
    name: row.name,
    goal: row.goal ?? null,
    phase: row.phase,
    state: row.state,
    workspace: row.workspace,
    checkpoints: row.checkpoints,
    last_checkpoint_id: row.last_checkpoint_id ?? null,
    error: row.error ?? null,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

export function toPlanRecord(row: WholePlanRow): PlanRecord {
  const { document, included_documents, inputs, effective_config } = row;
  return { ...toPlanSummary(row), document, included_documents, inputs, effective_config };
}
