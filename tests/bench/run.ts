// What checkpoints, plans and the screen cost: run.ts [GOAL | THEME]..., nothing means everything. Every figure stands beside a floor or
// a peer that was measured in the same run: quote the ratios, machines differ, and look at `noise` first.
// Writes tests/bench/results/; performance-page.ts makes docs/performance.md of the goals' results.
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchFolders } from './bench-folders.ts';
import { benchBlockedTerminal } from './blocked-terminal.ts';
import type { Goal, GoalResult } from './goal.ts';
import { GOALS } from './goals.ts';
import { benchHeap } from './heap.ts';
import { benchInkPeer } from './ink-peer.ts';
import { benchLongPlan } from './long-plan.ts';
import { round, watchNoise } from './measure.ts';
import { RESULTS, type GoalRun } from './results.ts';
import { renderGoal } from './performance-table.ts';
import { benchScreen } from './screen.ts';
import { benchTimelines } from './timelines.ts';

/** What has no goal in figures; each in a folder of its own. */
const THEMES: Readonly<Record<string, (folder: string) => unknown>> = {
  screen: benchScreen,
  long_plan: benchLongPlan,
  timelines: benchTimelines,
  ink_peer: benchInkPeer,
  blocked_terminal: benchBlockedTerminal,
  heap: () => benchHeap(),
};

async function measureGoal(goal: Goal, folders: BenchFolders): Promise<GoalResult> {
  const begin = performance.now();
  const told = (measured: GoalResult['measured'], fault: string | null): GoalResult => {
    const seconds = round((performance.now() - begin) / 1000);
    return { number: goal.number, measured, fault, seconds };
  };
  try {
    return told(await goal.measure(folders), null);
  } catch (thrown) {
    // The others are worth measuring nonetheless.
    return told([], thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  }
}

function save(name: string, results: object): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, name), `${JSON.stringify(results, null, 2)}\n`);
}

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const goals = GOALS.filter(({ number }) => isWanted(String(number)));
const themes = Object.keys(THEMES).filter(isWanted);
const strange = wanted.filter(
  (name) => !GOALS.some((goal) => String(goal.number) === name) && !(name in THEMES),
);
if (strange.length > 0) {
  const known = [...GOALS.map(({ number }) => number), ...Object.keys(THEMES)].join(', ');
  throw new Error(`the bench has no ${strange.join(', ')}; it has ${known}`);
}

const folders = new BenchFolders(mkdtempSync(join(realpathSync(tmpdir()), 'agents-bench-')));
try {
  const at = new Date().toISOString();
  const noise = await watchNoise();
  const results: GoalResult[] = [];
  for (const goal of goals) {
    const result = await measureGoal(goal, folders);
    results.push(result);
    process.stdout.write(`${renderGoal(goal, [result])}\n`);
  }
  const measured: Record<string, unknown> = {};
  for (const name of themes) measured[name] = await THEMES[name]?.(folders.fresh(name));
  const surroundings = { at, node: process.version, noise: await noise() };
  if (goals.length > 0) {
    const run: GoalRun = { ...surroundings, goals: results };
    save(`goals-${at.replaceAll(':', '-')}.json`, run);
  }
  if (themes.length > 0) {
    const engine = { ...surroundings, ...measured };
    save('engine.json', engine);
    process.stdout.write(`${JSON.stringify(engine, null, 2)}\n`);
  }
  process.exitCode = results.some(({ fault }) => fault !== null) ? 1 : 0;
} finally {
  folders.remove();
}
