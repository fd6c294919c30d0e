import { spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';

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

/** How much else the machine was doing; quoted figures of a noisy one are worth little. */
export interface Noise {
  readonly cores: number;
  /** Processes that wanted a core, over the last minute. */
  readonly load_before: number;
  readonly load_after: number;
  /** Empty Nodes before and after everything: the slowest tenth over the median; 1 on a machine that does nothing else. */
  readonly empty_node_ms: Figures;
  readonly empty_node_spread: number;
  /** False: the spread is above 2, and no ratio of this run should be compared with another's. */
  readonly is_quiet: boolean;
}

const EMPTY_NODES = 12;
const NOISY = 2;

/** Looks at the machine now, and again when what it returns is called. */
export async function watchNoise(): Promise<() => Promise<Noise>> {
  const times: number[] = [];
  const load = (): number => round(loadavg()[0] ?? 0);
  const look = async (): Promise<void> => {
    for (let n = 0; n < EMPTY_NODES; n += 1)
      times.push(await time(() => spawnSync(process.execPath, ['-e', '0'])));
  };
  const before = load();
  await look();
  return async () => {
    const after = load();
    await look();
    const sorted = times.toSorted((a, b) => a - b);
    const figures = summarize(times);
    const spread = round((sorted[Math.floor(sorted.length * 0.9)] ?? 0) / figures.p50);
    return {
      cores: availableParallelism(),
      load_before: before,
      load_after: after,
      empty_node_ms: figures,
      empty_node_spread: spread,
      is_quiet: spread <= NOISY,
    };
  };
}
