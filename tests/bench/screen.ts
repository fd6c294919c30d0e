import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RealTerminal } from '../support/real-terminal.ts';
import { round, summarize, time, type Figures } from './measure.ts';
import {
  AGENTS,
  leaveAtRest,
  markedRow,
  measureLoad,
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

  /** From the start of the process to a whole first frame, beside an empty Node in turn. */
  async firstFrame(): Promise<object> {
    const [frames, empties]: [number[], number[]] = [[], []];
    for (let n = 0; n < STARTS; n += 1) {
      empties.push(await time(() => spawnSync(process.execPath, ['-e', '0'])));
      frames.push(await this.#timeFirstFrame());
    }
    const [frame, empty]: Figures[] = [summarize(frames), summarize(empties)];
    return {
      first_frame_ms: frame,
      empty_node_ms: empty,
      ratio: round((frame?.p50 ?? 0) / (empty?.p50 ?? 1)),
    };
  }

  async #timeFirstFrame(): Promise<number> {
    const begin = performance.now();
    await using terminal = this.#open('plan', 'watch', 'last');
    await untilParsed(terminal, () => terminal.isAlternate && /busy[^]*\? keys/.test(terminal.text));
    const ms = performance.now() - begin;
    await leaveAtRest(terminal);
    return ms;
  }
}

/** Moves the selection down to the row that names a step. */
async function selectRow(terminal: RealTerminal, name: string): Promise<void> {
  terminal.press('g');
  await terminal.shows(/▌. Strategize/);
  const isThere = (): boolean => terminal.rows[markedRow(terminal)]?.includes(name) === true;
  while (!isThere()) await timeKey(terminal, 'j');
}
