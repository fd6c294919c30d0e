/** Time, from outside, so that tests are exact. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC: the time of day, which people and machines set back and forth. Never measure with it. */
  now(): number;
  /** Milliseconds since some moment of this process: goes on evenly whatever becomes of the time of day. For how long something took. */
  elapsed(): number;
  /** Waits `ms`; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
