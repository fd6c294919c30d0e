import Sqlite from 'better-sqlite3';

/** What a person with plain SQL reads of plans and states, whatever the schema; and which schema it is. */
export function readPlainly(file: string): unknown {
  const db = new Sqlite(file, { readonly: true });
  try {
    const all = (sql: string): unknown => db.prepare(sql).all();
    return {
      schema: db.pragma('user_version', { simple: true }),
      damage: [db.pragma('integrity_check', { simple: true }), db.pragma('foreign_key_check')],
      parts: all('select * from state_parts order by root_plan_id, plan_id, section, key, from_seq'),
      states: all('select * from checkpoint_snapshots order by id'),
      checkpoints: all('select * from checkpoints order by id'),
      events: all('select * from plan_events order by root_plan_id, seq'),
      plans: all('select * from plans order by id'),
      documents: all('select * from plan_documents order by plan_id'),
    };
  } finally {
    db.close();
  }
}
