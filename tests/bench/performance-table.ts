import { isMet, ratioOf, type Goal, type GoalResult, type Limit, type Measured } from './goal.ts';
import { round } from './measure.ts';

/** One goal as lines of a table: what was measured, then a column for each run. */
export function renderGoal(goal: Goal, results: readonly GoalResult[]): string {
  const { number, what, floor, goal: wanted } = goal;
  const names = [...new Set(results.flatMap(({ measured }) => measured.map(({ name }) => name)))];
  const lines = [
    `### ${number}. ${what}`,
    '',
    `Floor: ${floor}. Goal: ${wanted}. ${verdictOf(results)}`,
    '',
    `| | ${results.map((_, index) => `run ${index + 1}`).join(' | ')} | met |`,
    `| --- | ${results.map(() => '---').join(' | ')} | --- |`,
    ...names.map((name) => rowOf(name, results)),
    ...results.flatMap(({ fault }) => (fault === null ? [] : ['', '```', fault, '```'])),
  ];
  return `${lines.join('\n')}\n`;
}

/** In every run, each of its limits. */
export function isReached(results: readonly GoalResult[]): boolean {
  const limits = results.flatMap(({ measured }) => measured.flatMap((one) => one.limits));
  return limits.length > 0 && limits.every(isMet) && results.every(({ fault }) => fault === null);
}

function verdictOf(results: readonly GoalResult[]): string {
  return isReached(results) ? '**Met.**' : '**Not met.**';
}

function rowOf(name: string, results: readonly GoalResult[]): string {
  const all = results.map(({ measured }) => measured.find((one) => one.name === name));
  const limits = all.flatMap((one) => one?.limits ?? []);
  const met = limits.length === 0 ? '' : limits.every(isMet) ? 'yes' : `no: ${missedIn(limits)}`;
  return `| ${name} | ${all.map((one) => (one ? cellOf(one) : '')).join(' | ')} | ${met} |`;
}

/** `0.05 / 0.07 x: 1.2 / 2.1 ms of 24 / 30 ms`: p50 / p99 of the ratio, of the value, of the floor. */
function cellOf(measured: Measured): string {
  const { value, floor, unit } = measured;
  const ratio = ratioOf(measured);
  const figures = (of: Measured['value']): string =>
    of.runs === 1 ? `${short(of.p50)} ${unit}` : `${short(of.p50)} / ${short(of.p99)} ${unit}`;
  if (ratio === null || floor === null) return figures(value).trim();
  const told = value.runs === 1 ? short(ratio.p50) : `${short(ratio.p50)} / ${short(ratio.p99)}`;
  return `**${told} x**: ${figures(value)} of ${figures(floor)}`;
}

function missedIn(limits: readonly Limit[]): string {
  const missed = Map.groupBy(
    limits.filter((limit) => !isMet(limit)),
    ({ of }) => of,
  );
  return [...missed]
    .map(
      ([of, list]) => `${of} ${list.map(({ is }) => short(is)).join(', ')} > ${short(list[0]?.atMost ?? 0)}`,
    )
    .join('; ');
}

/** Three figures that count. */
function short(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return String(Math.abs(value) >= 10 ? Math.round(value * 10) / 10 : round(Number(value.toPrecision(3))));
}
