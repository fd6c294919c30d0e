import { defineEntity, p } from '@mikro-orm/core';
import type { Json } from '../../domain/json.ts';
import type { ProcessIdentity } from '../../ports/process-table.ts';

const OperationSchema = defineEntity({
  name: 'OperationRow',
  tableName: 'operations',
  properties: {
    id: p.string().primary(),
    /** `capture`, `rollback`, `apply`, `gc`. */
    kind: p.string(),
    root_plan_id: p.string().nullable(),
    workspace: p.string().nullable(),
    process: p.json<ProcessIdentity>(),
    started_at: p.string(),
    ended_at: p.string().nullable(),
    /** How far it is: what a process that finds it unfinished needs to go on or to undo it. */
    progress: p.json<Json>().nullable(),
  },
  indexes: [{ name: 'operations_open_idx', properties: ['ended_at', 'started_at'] }],
});

/** Work on files that a crash may leave half done. */
export class OperationRow extends OperationSchema.class {}
OperationSchema.setClass(OperationRow);
