import type { Json } from '../domain/json.ts';

/** Something that one can type, and what it stands for. */
export interface Word {
  readonly value: string;
  readonly about: string;
}

/** An input of a document, and what it may be; no values: anything. */
export interface InputWord extends Word {
  readonly values: readonly string[];
}

/** A plan as it can be typed. */
export interface PlanWord {
  readonly id: string;
  readonly name: string;
  /** `execute/complete`. */
  readonly standing: string;
}

/** A decision as it can be typed. */
export interface DecisionWord {
  readonly id: string;
  readonly step_id: string | null;
  readonly question: string;
  readonly options: readonly { readonly id: string; readonly description: string | null }[];
  /** null: it waits to be made. */
  readonly chosen: Json;
}

/**
 * Names of what is stored, for completing command lines: quick to open, and it only reads. A plan is named as in every
 * command; one that is unknown or not unique has nothing.
 */
export interface PlanWords {
  /** Newest first, those of the folder only. */
  plans(): readonly PlanWord[];
  /** Numbers and labels of a plan's tree, newest first. */
  checkpoints(plan: string): readonly Word[];
  decisions(plan: string): readonly DecisionWord[];
  steps(plan: string): readonly Word[];
  /** Numbers of what takes back what steps did elsewhere, newest first; also those that nobody waits for any more. */
  compensations(plan: string): readonly Word[];
  close(): void;
}
