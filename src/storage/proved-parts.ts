import type { Json } from '../domain/json.ts';
import type { Part, Section } from '../domain/plan-state.ts';
import { hashPart } from '../domain/state-hash.ts';
import { readStored } from './read-stored.ts';
import { sectionOf } from './section-codes.ts';
import { sha256 } from './sha256.ts';

/** A version of a part as it stands in its row. */
export interface PartVersion {
  readonly id: number;
  readonly section: number;
  readonly key: string;
  readonly ord: number;
  readonly value: string;
}

/** A version that this process has read, parsed and hashed. Its value can't be changed. */
export interface ProvedPart {
  readonly section: Section;
  readonly key: string;
  readonly part: Part;
  readonly hash: bigint;
}

/** Letters of values in each of two generations. */
const MOST_LETTERS = 4 * 1024 * 1024;

/**
 * The versions that were read lately: from one checkpoint to the next nearly all are the same, and a version never changes. Whoever puts a
 * state together from them compares the sum of their hashes with the state's: a row that is another one by now can't pass.
 */
export class ProvedParts {
  #young = new Map<number, ProvedPart>();
  #old: ReadonlyMap<number, ProvedPart> = new Map();
  #letters = 0;

  get(id: number): ProvedPart | undefined {
    return this.#young.get(id) ?? this.#old.get(id);
  }

  /** Reads a row. @throws StorageError `row_damaged` */
  add(row: PartVersion): ProvedPart {
    const section = sectionOf(row.section);
    const part = { ord: row.ord, value: freeze(readStored(row.value) as Json) };
    const proved = { section, key: row.key, part, hash: hashPart(sha256, section, row.key, part) };
    this.#letters += row.value.length;
    if (this.#letters > MOST_LETTERS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#letters = row.value.length;
    }
    this.#young.set(row.id, proved);
    return proved;
  }

  forget(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#letters = 0;
  }
}

/** A value that several states share must not be changed through one of them. */
function freeze(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) freeze(item as Json);
  return Object.freeze(value);
}
