import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { RealTerminal } from '../support/real-terminal.ts';
import { AGENTS, leaveAtRest } from './screen-probe.ts';

const STEPS = 1500;
const BLOCKED_MS = 3000;

/** A terminal that takes nothing for three seconds: the longest time in which the plan then did nothing, beside before. */
export async function benchBlockedTerminal(folder: string): Promise<object> {
  const own = join(folder, 'blocked');
  const [home, workspace] = [join(own, 'home'), join(own, 'workspace')];
  mkdirSync(workspace, { recursive: true });
  const steps = Array.from(
    { length: STEPS },
    (_, n) => `  - { uses: plan.set, with: { key: k${n % 10}, value: ${n} } }`,
  );
  writeFileSync(join(workspace, 'long.plan.yaml'), `name: long\nsteps:\n${steps.join('\n')}\n`);
  const homes = { HOME: own, AGENTS_HOME: home, AGENTS_CONFIG_HOME: own };
  const env = { PATH: process.env['PATH'], ...homes, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  const options = { columns: 120, rows: 40, cwd: workspace, env };
  await using terminal = new RealTerminal(
    process.execPath,
    [AGENTS, 'plan', 'run', 'long.plan.yaml'],
    options,
  );
  await terminal.shows(/\d{2,}\/1500/);
  const open = Date.now();
  await wait(1000);
  const blocked = Date.now();
  terminal.pause();
  await wait(BLOCKED_MS);
  const freed = Date.now();
  terminal.resume();
  const events = eventTimes(join(home, 'agents.db'));
  await leaveAtRest(terminal);
  return {
    longest_gap_before_ms: longestGap(events, open, blocked),
    longest_gap_blocked_ms: longestGap(events, blocked, freed),
    events_while_blocked: events.filter((at) => at >= blocked && at < freed).length,
  };
}

function eventTimes(file: string): readonly number[] {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare('select at from plan_events order by seq').all() as { at: string }[];
    return rows.map(({ at }) => Date.parse(at));
  } finally {
    database.close();
  }
}

function longestGap(times: readonly number[], from: number, to: number): number {
  // A quick machine may be done before.
  const end = Math.min(to, times.at(-1) ?? to);
  const within = [from, ...times.filter((at) => at > from && at < end), end];
  return Math.max(...within.slice(1).map((at, index) => at - (within[index] as number)));
}
