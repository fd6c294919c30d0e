// Makes docs/performance.md: for each goal the newest runs that measured it, and under those that are missed what stands in the way,
// from missed-goals.md beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { GOALS } from './goals.ts';
import type { Goal, GoalResult } from './goal.ts';
import { isReached, renderGoal } from './performance-table.ts';
import { readRuns, type GoalRun } from './results.ts';

const RUNS = 3;
const HEAD = `# Performance

What checkpoints, plans and the start of the program cost, beside floors and peers that were measured in the same run on the same
machine: quote the ratios, machines differ. Made by \`npm run bench\` (the figures) and \`npm run bench:page\` (this page).

Each cell: **ratio** to the floor: value of floor, each as p50 / p99; one number where there is no spread.
`;

function notes(): ReadonlyMap<number, string> {
  const text = readFileSync(new URL('missed-goals.md', import.meta.url), 'utf8');
  const parts = text.split(/^## (\d+)$/m).slice(1);
  const found = new Map<number, string>();
  for (let n = 0; n < parts.length; n += 2) found.set(Number(parts[n]), (parts[n + 1] ?? '').trim());
  return found;
}

function resultsOf({ number }: Goal, runs: readonly GoalRun[]): readonly GoalResult[] {
  return runs.flatMap(({ goals }) => goals.filter((result) => result.number === number)).slice(-RUNS);
}

function summary(runs: readonly GoalRun[]): string {
  const lines = GOALS.map((goal) => {
    const results = resultsOf(goal, runs);
    const met = results.length === 0 ? 'not measured' : isReached(results) ? 'yes' : 'no';
    return `| ${goal.number} | ${goal.what} | ${goal.floor} | ${goal.goal} | ${met} |`;
  });
  return [
    '| # | what | floor or peer in the same run | goal | met |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function surroundings(runs: readonly GoalRun[]): string {
  const lines = runs.slice(-RUNS).map(({ at, node, noise }) => {
    const { cores, load_before, load_after, empty_node_ms, empty_node_spread } = noise;
    const load = `${load_before} before, ${load_after} after`;
    return `- ${at.slice(0, 16).replace('T', ' ')} UTC, Node ${node}, ${cores} cores, load ${load}, empty Node ${empty_node_ms.p50} ms (slowest tenth ${empty_node_spread} x)`;
  });
  return `The newest runs:\n\n${lines.join('\n')}`;
}

function sectionOf(
  goal: Goal,
  runs: readonly GoalRun[],
  why: ReadonlyMap<number, string>,
): readonly string[] {
  const results = resultsOf(goal, runs);
  if (results.length === 0) return [];
  const table = renderGoal(goal, results);
  if (isReached(results)) return [table];
  return [
    table,
    `What stands in the way, and what was tried: ${why.get(goal.number) ?? 'not looked into yet.'}\n`,
  ];
}

const runs = readRuns();
const why = notes();
const sections = GOALS.flatMap((goal) => sectionOf(goal, runs, why));
const page = [HEAD, `${summary(runs)}\n`, `${surroundings(runs)}\n`, ...sections].join('\n');
writeFileSync(new URL('../../docs/performance.md', import.meta.url), page);
