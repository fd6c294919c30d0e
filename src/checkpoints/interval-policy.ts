/** `core.checkpoints.interval`: either may be off (null). */
export interface Interval {
  readonly seconds: number | null;
  readonly steps: number | null;
}

/** Since the last interval checkpoint, or since the run began. */
export interface IntervalMark {
  /** As a clock's `elapsed` tells it. */
  readonly at: number;
  /** Steps that ended since. */
  readonly steps: number;
}

/** True if either distance has been reached. */
export function isIntervalDue(interval: Interval, mark: IntervalMark, now: number): boolean {
  const byTime = interval.seconds !== null && now - mark.at >= interval.seconds * 1000;
  return byTime || (interval.steps !== null && mark.steps >= interval.steps);
}
