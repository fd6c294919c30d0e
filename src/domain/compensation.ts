import type { Json } from './json.ts';
import type { Effect } from './plan.ts';

/** A call that takes back what another one did outside of the folder. */
export interface CompensationCall {
  readonly tool: string;
  /** Filled arguments; long ones as a blob. */
  readonly input: Json;
  /** Filled variables; secrets as references. */
  readonly env: Readonly<Record<string, string>>;
  /** null: as the tool says. */
  readonly effect: Effect | null;
}

export type CompensationOutcome = 'done' | 'failed' | 'skipped';
