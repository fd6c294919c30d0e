import type { ErrorValue } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Phase, PlanRecord, PlanSummary, RunState } from '../domain/plan.ts';
import { readStored } from './read-stored.ts';

/** What lists show. Long values stand last in a row: SQLite never reads past these columns. */
export const PLAN_COLUMNS = `id, root_id, parent_id, forked_from, name, goal, phase, state, workspace, last_checkpoint_id, error,
  created_at, updated_at, (select count(*) from checkpoints c where c.plan_id = plans.id) as checkpoints`;

/** A plan with everything. */
export const WHOLE_PLAN_COLUMNS = `${PLAN_COLUMNS}, inputs, effective_config,
  (select document from plan_documents d where d.plan_id = plans.id) as document,
  (select included_documents from plan_documents d where d.plan_id = plans.id) as included_documents`;

export interface PlanColumns {
  readonly id: PlanId;
  readonly root_id: PlanId;
  readonly parent_id: PlanId | null;
  readonly forked_from: string | null;
  readonly name: string;
  readonly goal: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  readonly workspace: string;
  readonly last_checkpoint_id: string | null;
  readonly error: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly checkpoints: number;
}

export interface WholePlanColumns extends PlanColumns {
  readonly document: string;
  readonly included_documents: string;
  readonly inputs: string;
  readonly effective_config: string;
}

export function toPlanSummary(row: PlanColumns): PlanSummary {
  return {
    plan_id: row.id,
    root_plan_id: row.root_id,
    parent_id: row.parent_id,
    forked_from:
      row.forked_from === null ? null : (readStored(row.forked_from) as PlanSummary['forked_from']),
    name: row.name,
    goal: row.goal,
    phase: row.phase,
    state: row.state,
    workspace: row.workspace,
    checkpoints: row.checkpoints,
    last_checkpoint_id: row.last_checkpoint_id,
    error: row.error === null ? null : (readStored(row.error) as ErrorValue),
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

export function toPlanRecord(row: WholePlanColumns): PlanRecord {
  return {
    ...toPlanSummary(row),
    document: readStored(row.document) as Json,
    included_documents: readStored(row.included_documents) as Json,
    inputs: readStored(row.inputs) as Readonly<Record<string, Json>>,
    effective_config: readStored(row.effective_config) as Json,
  };
}
