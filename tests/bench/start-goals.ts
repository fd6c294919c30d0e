import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealTerminal } from '../support/real-terminal.ts';
import type { BenchFolders } from './bench-folders.ts';
import { besideFloor, type Goal, type Measured } from './goal.ts';
import { summarize, time } from './measure.ts';
import { AGENTS, leaveAtRest, quit, untilParsed } from './screen-probe.ts';

const ROUNDS = 12;
const SHELL = 5;

/** What is started each round; without a limit it is only told. */
const COMMANDS: readonly { readonly args: readonly string[]; readonly atMost: number | null }[] = [
  { args: ['--version'], atMost: 1.5 },
  { args: ['plan', 'list'], atMost: 4 },
  { args: ['--help'], atMost: null },
  { args: ['plan', 'status', 'last'], atMost: null },
  { args: ['plan', 'checkpoint', 'create', 'last'], atMost: null },
];

/** A frame counts once it says something of its own: home names a plan that is there, a plan's screen its plan. */
const SCREENS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'first frame of home', args: [] },
  { name: 'first frame of plan watch', args: ['plan', 'watch', 'last'] },
  { name: 'first frame of plan run', args: ['plan', 'run', 'small.plan.yaml'] },
];

class Starts {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly times = new Map<string, number[]>();

  constructor(folders: BenchFolders) {
    this.#folder = folders.fresh('start');
    this.#env = { ...folders.env(join(folders.fresh('start-home'), 'home')), TERM: 'xterm-256color' };
    const steps = Array.from({ length: 30 }, (_, n) => `  - { id: small-${n}, run: 'true', effect: read }`);
    writeFileSync(join(this.#folder, 'small.plan.yaml'), `name: small\nsteps:\n${steps.join('\n')}\n`);
    this.command([AGENTS, 'plan', 'run', 'small.plan.yaml', '--quiet']);
  }

  add(name: string, ms: number): void {
    this.times.set(name, [...(this.times.get(name) ?? []), ms]);
  }

  command(args: readonly string[]): void {
    const stdio = ['ignore', 'ignore', 'inherit'] as const;
    const done = spawnSync(process.execPath, args, { env: this.#env, cwd: this.#folder, stdio: [...stdio] });
    if (done.status !== 0) throw new Error(`${args.join(' ')} ended with ${done.status}`);
  }

  /** In a real terminal of 120x40; the emulator's work is part of it. */
  async screen(name: string, args: readonly string[]): Promise<void> {
    const options = { columns: 120, rows: 40, cwd: this.#folder, env: this.#env };
    const begin = performance.now();
    await using terminal = new RealTerminal(process.execPath, [AGENTS, ...args], options);
    await untilParsed(terminal, () => terminal.isAlternate && terminal.text.includes('small'));
    this.add(name, performance.now() - begin);
    await untilParsed(terminal, () => terminal.text.includes('? keys'));
    this.add(`${name}, keys named`, performance.now() - begin);
    if (args.length === 0) await quit(terminal);
    else await leaveAtRest(terminal);
  }
}

const start: Goal = {
  number: 11,
  what: 'start: `--version`; `plan list`; first frame of the shell',
  floor: '`node -e 0`',
  goal: '<= 1.5 x; <= 4 x; <= 5 x',
  measure: async (folders) => {
    const starts = new Starts(folders);
    for (let round = 0; round < ROUNDS; round += 1) {
      starts.add('node', await time(() => starts.command(['-e', '0'])));
      for (const { args } of COMMANDS)
        starts.add(args.join(' '), await time(() => starts.command([AGENTS, ...args])));
      for (const { name, args } of SCREENS) await starts.screen(name, args);
    }
    const floor = summarize(starts.times.get('node') ?? []);
    const limits = new Map<string, number | null>([
      ...COMMANDS.map(({ args, atMost }) => [args.join(' '), atMost] as const),
      ...SCREENS.map(({ name }) => [name, SHELL] as const),
    ]);
    const measured = (name: string, times: readonly number[]): Measured => {
      const atMost = limits.get(name) ?? null;
      const one = besideFloor(name, summarize(times), floor, atMost ?? 0);
      return atMost === null ? { ...one, limits: [] } : one;
    };
    return [...starts.times]
      .filter(([name]) => name !== 'node')
      .map(([name, times]) => measured(name, times));
  },
};

export const startGoals: readonly Goal[] = [start];
