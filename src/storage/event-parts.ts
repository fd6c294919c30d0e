import type { Statement } from 'better-sqlite3';
import type { ValuePlace } from '../domain/stored-event.ts';
import { PLAN_NUMBER } from './plan-number.ts';
import { sectionCode } from './section-codes.ts';

const PARTS_FROM = `select section, key, value from part_versions where plan = ${PLAN_NUMBER} and from_seq = @seq`;

interface PartText {
  readonly section: number;
  readonly key: string;
  readonly value: string;
}

/** The parts that one event wrote, as they stand; a rollback writes many at once, so each plan's are read together. */
export class EventParts {
  readonly #statement: (sql: string) => Statement;
  readonly #seq: number;
  readonly #ofPlans = new Map<string, ReadonlyMap<string, string>>();

  constructor(statement: (sql: string) => Statement, seq: number) {
    this.#statement = statement;
    this.#seq = seq;
  }

  /** undefined: it was pruned. */
  textAt({ planId, section, key }: ValuePlace): string | undefined {
    let parts = this.#ofPlans.get(planId);
    if (!parts) {
      parts = this.#read(planId);
      this.#ofPlans.set(planId, parts);
    }
    return parts.get(nameOf(sectionCode(section), key));
  }

  #read(planId: string): ReadonlyMap<string, string> {
    const rows = this.#statement(PARTS_FROM).all({ planId, seq: this.#seq }) as PartText[];
    return new Map(rows.map(({ section, key, value }) => [nameOf(section, key), value]));
  }
}

const nameOf = (section: number, key: string): string => `${section} ${key}`;
