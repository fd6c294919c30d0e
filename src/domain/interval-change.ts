/** What an interval between checkpoints is counted in. */
export const INTERVAL_UNITS = ['seconds', 'steps'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];

/** `switch`: off, or on with the usual distance. */
export type IntervalChange = 'more' | 'less' | 'switch';

/** The distances that a key goes through; a file may have any other. */
const DISTANCES: Readonly<Record<IntervalUnit, readonly number[]>> = {
  seconds: [10, 30, 60, 120, 300, 600, 1800, 3600],
  steps: [1, 2, 5, 10, 20, 50, 100],
};
const USUAL: Readonly<Record<IntervalUnit, number>> = { seconds: 300, steps: 10 };

/** The next longer or shorter distance; below the shortest the interval is off (null), and the longest stays. */
export function changedInterval(
  unit: IntervalUnit,
  value: number | null,
  change: IntervalChange,
): number | null {
  if (change === 'switch') return value === null ? USUAL[unit] : null;
  const distances = DISTANCES[unit];
  if (change === 'more') return distances.find((distance) => distance > (value ?? 0)) ?? value;
  return distances.findLast((distance) => distance < (value ?? 0)) ?? null;
}
