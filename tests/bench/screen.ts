import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RealTerminal } from '../support/real-terminal.ts';
import { round, summarize, time } from './measure.ts';
import {
  AGENTS,
  leaveAtRest,
  markedRow,
  measureLoad,
  quit,
  timeKey,
  timeKeys,
  untilParsed,
} from './screen-probe.ts';

const STARTS = 9;
const KEYS = 120;
const LOAD_MS = 6000;
const REST_MS = 3000;
const LINES_EVERY_MS = 10;
const LINES_AT_ONCE = 2;

/** The screens whose start is timed; each says the plan's name as soon as it says anything. */
const FIRST_FRAMES = {
  home: [],
  watch: ['plan', 'watch', 'last'],
  run: ['plan', 'run', 'busy.plan.yaml'],
};

interface FrameTimes {
  readonly frames: number[];
  readonly keyed: number[];
}

/** A tool that says 200 lines a second until it is told to stop, among steps that wait for it. */
const SPEAKER = `
const { existsSync } = require('node:fs');
let count = 0;
setInterval(() => {
  for (let n = 0; n < ${LINES_AT_ONCE}; n += 1) console.log('line ' + ++count + ' of a build that tells what it does');
  if (existsSync('stop')) process.exit();
}, ${LINES_EVERY_MS});
`;

function busyPlan(): string {
  const others = Array.from({ length: 30 }, (_, n) => `  - { id: later-${n}, run: 'true', needs: [stream] }`);
  return `name: busy\nsteps:\n  - { id: stream, run: '"${process.execPath}" speaker.cjs', effect: read }\n${others.join('\n')}\n`;
}

/** The screen in a real pseudo-terminal of 120x40, its plan in a process of its own; the emulator's work is part of it. */
export async function benchScreen(folder: string): Promise<object> {
  const bench = new ScreenBench(folder);
  return {
    under_load: await bench.underLoad(),
    at_rest: await bench.atRest(),
    first_frame: await bench.firstFrame(),
  };
}

class ScreenBench {
  readonly #workspace: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(folder: string) {
    this.#workspace = join(folder, 'screen');
    mkdirSync(this.#workspace);
    writeFileSync(join(this.#workspace, 'busy.plan.yaml'), busyPlan());
    writeFileSync(join(this.#workspace, 'speaker.cjs'), SPEAKER);
    const { PATH } = process.env;
    const home = { HOME: folder, AGENTS_HOME: join(folder, 'screen-home'), AGENTS_CONFIG_HOME: folder };
    this.#env = { PATH, ...home, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  }

  #open(...args: readonly string[]): RealTerminal {
    const options = { columns: 120, rows: 40, cwd: this.#workspace, env: this.#env };
    return new RealTerminal(process.execPath, [AGENTS, ...args], options);
  }

  /** 200 lines a second on the screen: what it costs, and how soon a key is answered. */
  async underLoad(): Promise<object> {
    await using terminal = this.#open('plan', 'run', 'busy.plan.yaml');
    try {
      await terminal.shows(/line \d+ of a build/);
      await selectRow(terminal, 'stream');
      return {
        lines_per_second: (LINES_AT_ONCE * 1000) / LINES_EVERY_MS,
        ...(await measureLoad(terminal, LOAD_MS)),
        key_to_screen_ms: await timeKeys(terminal, KEYS),
      };
    } finally {
      writeFileSync(join(this.#workspace, 'stop'), '');
      await leaveAtRest(terminal);
    }
  }

  /** A plan that has ended, watched in a pane without ages: nothing moves, so nothing may be written. */
  async atRest(): Promise<object> {
    await using terminal = this.#open('plan', 'watch', 'last');
    await terminal.shows(/busy[^]*\? keys/);
    terminal.press('++');
    await wait(500);
    const { cpu_percent, kb_per_second } = await measureLoad(terminal, REST_MS);
    await leaveAtRest(terminal);
    return { bytes: kb_per_second * REST_MS, cpu_percent };
  }

  /**
   * From the start of the process to the first frame, beside an empty Node in turn. A frame counts once it says something of
   * its own: home names a plan that is there, a plan's screen names its plan; an empty frame counts for nothing. The keys
   * are named when they act.
   */
  async firstFrame(): Promise<object> {
    const empties: number[] = [];
    const times: Record<string, FrameTimes> = {};
    for (let n = 0; n < STARTS; n += 1) {
      empties.push(await time(() => spawnSync(process.execPath, ['-e', '0'])));
      for (const [name, args] of Object.entries(FIRST_FRAMES)) {
        const { frame, keys } = await this.#timeFirstFrame(args);
        const { frames, keyed } = (times[name] ??= { frames: [], keyed: [] });
        frames.push(frame);
        keyed.push(keys);
      }
    }
    const empty = summarize(empties);
    const told = (list: readonly number[]): object => {
      const figures = summarize(list);
      return { ms: figures, ratio: round(figures.p50 / empty.p50) };
    };
    return {
      empty_node_ms: empty,
      ...Object.fromEntries(
        Object.entries(times).map(([name, { frames, keyed }]) => [
          name,
          { first_frame: told(frames), keys_named: told(keyed) },
        ]),
      ),
    };
  }

  async #timeFirstFrame(args: readonly string[]): Promise<{ frame: number; keys: number }> {
    const begin = performance.now();
    await using terminal = this.#open(...args);
    await untilParsed(terminal, () => terminal.isAlternate && terminal.text.includes('busy'));
    const frame = performance.now() - begin;
    await untilParsed(terminal, () => terminal.text.includes('? keys'));
    const keys = performance.now() - begin;
    if (args.length === 0) await quit(terminal);
    else await leaveAtRest(terminal);
    return { frame, keys };
  }
}

/** Moves the selection down to the row that names a step. */
async function selectRow(terminal: RealTerminal, name: string): Promise<void> {
  terminal.press('g');
  await terminal.shows(/▌. Strategize/);
  const isThere = (): boolean => terminal.rows[markedRow(terminal)]?.includes(name) === true;
  while (!isThere()) await timeKey(terminal, 'j');
}
