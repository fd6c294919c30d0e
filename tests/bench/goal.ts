import { round, summarize, type Figures } from './measure.ts';
import type { BenchFolders } from './bench-folders.ts';

/** One thing of a goal that was measured: beside its floor, and against what it has to be. */
export interface Measured {
  /** Which of several, in the words of the table: `1 MB`, `20k files`. */
  readonly name: string;
  /** What the figures count: `ms`, `MB`, `x`. */
  readonly unit: string;
  readonly value: Figures;
  /** The floor or the peer, measured in the same run, in the same unit. */
  readonly floor: Figures | null;
  /** None: only told. */
  readonly limits: readonly Limit[];
}

export interface Limit {
  /** What is limited: `ratio`, `ms p99`, ... */
  readonly of: string;
  readonly is: number;
  readonly atMost: number;
}

/** One row of the table in docs/performance.md. */
export interface Goal {
  readonly number: number;
  readonly what: string;
  readonly floor: string;
  readonly goal: string;
  /** Leaves nothing behind but what is in the run's folders. */
  measure(folders: BenchFolders): Promise<readonly Measured[]>;
}

/** What became of a goal in one run. */
export interface GoalResult {
  readonly number: number;
  readonly measured: readonly Measured[];
  /** Why it could not be measured. */
  readonly fault: string | null;
  readonly seconds: number;
}

export interface Ratio {
  readonly p50: number;
  readonly p99: number;
}

/** How often the floor goes into the value; null without a floor. */
export function ratioOf({ value, floor }: Pick<Measured, 'value' | 'floor'>): Ratio | null {
  if (floor === null) return null;
  return { p50: round(value.p50 / floor.p50), p99: round(value.p99 / floor.p99) };
}

export const isMet = ({ is, atMost }: Limit): boolean => is <= atMost;

/** A value beside its floor whose ratio is limited. */
export function besideFloor(name: string, value: Figures, floor: Figures, atMost: number): Measured {
  const limit = { of: 'ratio', is: round(value.p50 / floor.p50), atMost };
  return { name, unit: 'ms', value, floor, limits: [limit] };
}

/** Milliseconds that are limited themselves. */
export function withinMs(name: string, value: Figures, atMost: number, of: 'p50' | 'p99' = 'p50'): Measured {
  const limit = { of: `ms ${of}`, is: value[of], atMost };
  return { name, unit: 'ms', value, floor: null, limits: [limit] };
}

/** One number that has no spread, such as a size. */
export const single = (value: number): Figures => summarize([value]);
