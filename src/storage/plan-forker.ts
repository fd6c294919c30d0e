import type { Commit, ForkBase, NewPlan } from '../ports/plan-store.ts';
import { checkpointNotFound } from '../domain/references.ts';
import type { Database } from './database.ts';
import { PLAN_NUMBER } from './plan-number.ts';
import { readHead } from './journal-reader.ts';
import { insertPlan, numberPlan, writeCommit } from './journal-writer.ts';

const BASE = 'select 1 from checkpoints where id = ?';
const NAME_SOURCE = 'update plans set forked_from = ? where id = ?';

const COPY_SUBPLAN = `insert into plans (id, root_id, parent_id, name, goal, workspace, phase, state, state_hash,
    created_at, updated_at, head_hash, inputs, effective_config)
  select @id, @rootId, @parentId, name, goal, @workspace, phase, state, state_hash,
    @at, @at, head_hash, inputs, effective_config from plans where id = @source`;

const COPY_DOCUMENT = `insert into plan_documents (plan_id, root_plan_id, included_documents, document)
  select @id, @rootId, included_documents, document from plan_documents where plan_id = @source`;

const PARENT_OF = 'select parent_id from plans where id = ?';

/** What the fork's first event wrote itself stays. */
const COPY_PARTS = `insert into part_versions (plan, section, key, from_seq, ord, value)
  select ${PLAN_NUMBER}, section, key, 1, ord, value from part_versions
  where plan = (select number from plan_numbers where plan_id = @source) and from_seq <= @seq and to_seq > @seq
  on conflict do nothing`;

/** Writes a fork in the transaction that is open. Values are copied where they are, never read. @throws NotFoundError */
export function writeFork(database: Database, plan: NewPlan, base: ForkBase, commit: Commit): void {
  readHead(database, base.rootId); // not found if it was deleted meanwhile
  // Retention may have taken it, and the parts with it, since it was read.
  if (database.statement(BASE).get(base.checkpointId) === undefined)
    throw checkpointNotFound(base.checkpointId);
  insertPlan(database, plan);
  const from = { plan_id: base.rootId, checkpoint_id: base.checkpointId };
  database.statement(NAME_SOURCE).run(JSON.stringify(from), plan.plan_id);
  for (const [source, id] of base.ids) {
    if (source !== base.rootId) copySubplan(database, plan, base, { source, id });
  }
  writeCommit(database, commit);
  for (const [source, planId] of base.ids) {
    database.statement(COPY_PARTS).run({ planId, source, seq: base.seq });
  }
}

function copySubplan(
  database: Database,
  { plan_id: rootId, workspace, created_at: at }: NewPlan,
  { ids }: ForkBase,
  { source, id }: { readonly source: string; readonly id: string },
): void {
  const { parent_id } = database.statement(PARENT_OF).get(source) as { readonly parent_id: string };
  const parentId = ids.get(parent_id);
  database.statement(COPY_SUBPLAN).run({ id, rootId, parentId, workspace, at, source });
  numberPlan(database, id);
  database.statement(COPY_DOCUMENT).run({ id, rootId, source });
}
