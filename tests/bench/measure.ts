/** Times of single runs in milliseconds, as the few figures that are worth quoting. */
export interface Figures {
  readonly runs: number;
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
}

export function summarize(times: readonly number[]): Figures {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { runs: times.length, p50: round(at(0.5)), p99: round(at(0.99)), mean: round(mean) };
}

/** Two ways of the same thing in turn, A B A B ..., so that a noisy machine hits both alike. */
export async function timePairs(
  rounds: number,
  a: (round: number) => unknown,
  b: (round: number) => unknown,
): Promise<{ readonly a: Figures; readonly b: Figures; readonly ratio: number }> {
  const [timesA, timesB]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    timesA.push(await time(() => a(round)));
    timesB.push(await time(() => b(round)));
  }
  const [figuresA, figuresB] = [summarize(timesA), summarize(timesB)];
  return { a: figuresA, b: figuresB, ratio: round(figuresA.p50 / figuresB.p50) };
}

export async function time(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
