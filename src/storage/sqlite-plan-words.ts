import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DecisionWord, PlanWord, PlanWords, Word } from '../ports/plan-words.ts';
import { readStored } from './read-stored.ts';

const MOST_WORDS = 200;
/** As everywhere: fewer letters of an ending would name too much. */
const SHORTEST_ENDING = 4;
const ID_PART = /^[0-9A-Z]{1,26}$/;

interface CheckpointLine {
  readonly number: number;
  readonly label: string | null;
  readonly trigger: string;
  readonly step_id: string | null;
}

/**
 * The names in a home's database, for the folder `workspace`. Without the ORM: a person waits behind a key that was
 * pressed. Null if nothing is stored yet.
 */
export function openPlanWords(home: string, workspace: string): PlanWords | null {
  const file = join(home, 'agents.db');
  return existsSync(file)
    ? new SqlitePlanWords(new Database(file, { readonly: true, fileMustExist: true }), workspace)
    : null;
}

class SqlitePlanWords implements PlanWords {
  readonly #db: Database.Database;
  readonly #workspace: string;

  constructor(db: Database.Database, workspace: string) {
    this.#db = db;
    this.#workspace = workspace;
  }

  plans(order = 'created_at desc, id desc'): readonly PlanWord[] {
    return this.#rows<PlanWord>(
      `select id, name, phase || '/' || state as standing from plans
       where parent_id is null and workspace = ? order by ${order} limit ${MOST_WORDS}`,
      this.#workspace,
    );
  }

  checkpoints(plan: string): readonly Word[] {
    const lines = this.#rows<CheckpointLine>(
      `select number, label, trigger, step_id from checkpoints
       where root_plan_id = (select root_id from plans where id = ?) order by seq desc limit ${MOST_WORDS}`,
      this.#planId(plan),
    );
    return lines.flatMap(({ number, label, trigger, step_id }) => {
      const about = step_id === null ? trigger : `${trigger} ${step_id}`;
      const word = { value: String(number), about: label === null ? about : `${label}, ${about}` };
      return label === null ? [word] : [word, { value: label, about: `${number}, ${about}` }];
    });
  }

  decisions(plan: string): readonly DecisionWord[] {
    return this.#parts(plan, 'decisions').map(({ value }) => readStored(value) as DecisionWord);
  }

  steps(plan: string): readonly Word[] {
    return this.#parts(plan, 'steps').map(({ key, value }) => {
      return { value: key, about: (readStored(value) as { readonly status: string }).status };
    });
  }

  compensations(plan: string): readonly Word[] {
    const recorded = this.#rows<{ readonly step_id: string }>(
      `select payload ->> '$.step_id' as step_id from plan_events
       where root_plan_id = (select root_id from plans where id = ?) and type = 'compensation.recorded'
       group by payload ->> '$.call_id' order by min(seq)`,
      this.#planId(plan),
    );
    return recorded.map(({ step_id }, index) => ({ value: String(index + 1), about: step_id })).reverse();
  }

  close(): void {
    this.#db.close();
  }

  #parts(plan: string, section: string): readonly { readonly key: string; readonly value: string }[] {
    const id = this.#planId(plan);
    return this.#rows(
      `select key, value from state_parts
       where root_plan_id = (select root_id from plans where id = ?) and plan_id = ? and section = ?
       and to_seq = ${Number.MAX_SAFE_INTEGER} order by ord, key limit ${MOST_WORDS}`,
      id,
      id,
      section,
    );
  }

  /** The one plan that a text names; null: none, or more than one. */
  #planId(reference: string): string | null {
    if (reference === 'last') return this.plans('rowid desc')[0]?.id ?? null;
    const part = reference.toUpperCase();
    if (!ID_PART.test(part)) return null;
    const ending = part.length >= SHORTEST_ENDING ? `%${part}` : part;
    const fits = this.#rows<{ readonly id: string }>(
      'select id from plans where id like ? or id like ? limit 2',
      `${part}%`,
      ending,
    );
    const [only] = fits;
    return only && fits.length === 1 ? only.id : null;
  }

  #rows<Row>(sql: string, ...values: readonly (string | null)[]): readonly Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }
}
