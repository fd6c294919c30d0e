// Cost of checkpoints, plans and the screen. Every figure stands beside a floor or a peer that was measured in the same run: quote the
// ratios, machines differ, and look at `noise` first. Writes tests/bench/results/engine.json and prints a table.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchBlockedTerminal } from './blocked-terminal.ts';
import { benchCheckpoints } from './checkpoints.ts';
import { benchHeap } from './heap.ts';
import { benchInkPeer } from './ink-peer.ts';
import { benchLongPlan } from './long-plan.ts';
import { summarize, time, watchNoise } from './measure.ts';
import { benchScreen } from './screen.ts';
import { benchTimelines } from './timelines.ts';

const agents = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'agents-bench-'));
const env = { ...process.env, HOME: folder, AGENTS_HOME: join(folder, 'home'), AGENTS_CONFIG_HOME: folder };

function run(args: readonly string[]): void {
  const done = spawnSync(process.execPath, args, {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`${args.join(' ')} ended with ${done.status}`);
}

async function startUp(): Promise<object> {
  const times: Record<string, number[]> = { empty: [], version: [], help: [], list: [], checkpoint: [] };
  // The folder itself is the home of what runs here, and no plan works in that.
  const project = join(folder, 'start-up');
  mkdirSync(project);
  writeFileSync(join(project, 'one.plan.yaml'), "name: one\nsteps: [{ run: 'true', effect: read }]\n");
  run([agents, 'plan', 'run', join(project, 'one.plan.yaml'), '--quiet', '-C', project]);
  for (let round = 0; round < 15; round += 1) {
    times['empty']?.push(await time(() => run(['-e', '0'])));
    times['version']?.push(await time(() => run([agents, '--version'])));
    times['help']?.push(await time(() => run([agents, '--help'])));
    times['list']?.push(await time(() => run([agents, 'plan', 'list', '-C', project])));
    const checkpoint = [agents, 'plan', 'checkpoint', 'create', 'last', '-C', project];
    times['checkpoint']?.push(await time(() => run(checkpoint)));
  }
  const [empty, version, help, list, checkpoint] = Object.values(times).map(summarize);
  const ratio = (figures = empty): number => Number(((figures?.p50 ?? 0) / (empty?.p50 ?? 1)).toFixed(2));
  return {
    empty,
    version,
    help,
    list,
    checkpoint_create: checkpoint,
    ratios: {
      version: ratio(version),
      help: ratio(help),
      list: ratio(list),
      checkpoint_create: ratio(checkpoint),
    },
  };
}

async function manySteps(count: number): Promise<object> {
  const steps = Array.from(
    { length: count },
    (_, n) => `  - { uses: plan.set, with: { key: k${n % 10}, value: ${n} } }`,
  );
  const file = join(folder, `steps-${count}.plan.yaml`);
  writeFileSync(file, `name: steps-${count}\nsteps:\n${steps.join('\n')}\n`);
  const home = join(folder, `home-${count}`);
  const workspace = join(folder, `workspace-${count}`);
  mkdirSync(workspace);
  const begin = performance.now();
  const args = [agents, 'plan', 'run', file, '-C', workspace, '--quiet'];
  const done = spawnSync(process.execPath, args, {
    env: { ...env, AGENTS_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`the plan of ${count} steps ended with ${done.status}`);
  const ms = performance.now() - begin;
  return {
    steps: count,
    ms: Math.round(ms),
    ms_per_step: Number((ms / count).toFixed(3)),
    db_bytes: statSync(join(home, 'agents.db')).size,
  };
}

try {
  const noise = await watchNoise();
  const measured = {
    node: process.version,
    checkpoints: await benchCheckpoints(folder),
    start_up: await startUp(),
    plans: [await manySteps(100), await manySteps(1000)],
    screen: await benchScreen(folder),
    long_plan: await benchLongPlan(folder),
    timelines: await benchTimelines(folder),
    ink_peer: await benchInkPeer(folder),
    blocked_terminal: await benchBlockedTerminal(folder),
    heap: benchHeap(),
  };
  const results = { noise: await noise(), ...measured };
  const target = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'engine.json'), `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
