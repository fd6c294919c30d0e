import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RealTerminal } from '../support/real-terminal.ts';
import { round, summarize, time, type Figures } from './measure.ts';

const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const STARTS = 9;
const KEYS = 120;
const LOAD_MS = 6000;
const REST_MS = 3000;
const QUIT_EVERY_MS = 200;
const LINES_EVERY_MS = 10;
const LINES_AT_ONCE = 2;
/** Linux counts a process's time in these. */
const MS_PER_TICK = 10;

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
      const load = await this.#load(terminal);
      const keys: number[] = [];
      for (let n = 0; n < KEYS; n += 1) {
        keys.push(await timeKey(terminal, n % 2 === 0 ? 'j' : 'k'));
        // Keys at odd moments, not in step with what the screen does.
        await wait(20 + ((n * 37) % 90));
      }
      return {
        lines_per_second: (LINES_AT_ONCE * 1000) / LINES_EVERY_MS,
        key_to_screen_ms: summarize(keys),
        ...load,
      };
    } finally {
      writeFileSync(join(this.#workspace, 'stop'), '');
      await leaveAtRest(terminal);
    }
  }

  async #load(terminal: RealTerminal): Promise<object> {
    const { pid } = terminal.pty;
    const [before, cpuBefore, begin] = [terminal.raw.length, cpuMs(pid), performance.now()];
    await wait(LOAD_MS);
    const seconds = (performance.now() - begin) / 1000;
    const said = terminal.raw.slice(before);
    // Each frame is one synchronized update.
    const frames = said.split('\u001B[?2026h').length - 1;
    return {
      cpu_percent: round((cpuMs(pid) - cpuBefore) / 10 / seconds),
      frames_per_second: round(frames / seconds),
      bytes_per_frame: Math.round(Buffer.byteLength(said) / Math.max(1, frames)),
    };
  }

  /** A plan that has ended, watched: nothing moves, so nothing may be written. */
  async atRest(): Promise<object> {
    await using terminal = this.#open('plan', 'watch', 'last');
    await terminal.shows(/busy[^]*\? keys/);
    await wait(500);
    const { pid } = terminal.pty;
    const [before, cpuBefore] = [terminal.raw.length, cpuMs(pid)];
    await wait(REST_MS);
    const result = {
      bytes: terminal.raw.length - before,
      cpu_percent: round((cpuMs(pid) - cpuBefore) / (REST_MS / 100)),
    };
    await leaveAtRest(terminal);
    return result;
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

/** Resolves as soon as the emulator has taken in what makes it true. */
function untilParsed(terminal: RealTerminal, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      parsed.dispose();
      reject(new Error(`the screen never came to it:\n${terminal.text}`));
    }, 15_000);
    const parsed = terminal.screen.onWriteParsed(() => {
      if (!isTrue()) return;
      clearTimeout(limit);
      parsed.dispose();
      resolve();
    });
  });
}

const markedRow = (terminal: RealTerminal): number => terminal.rows.findIndex((row) => /^.▌/.test(row));

async function timeKey(terminal: RealTerminal, key: string): Promise<number> {
  const before = markedRow(terminal);
  const begin = performance.now();
  const moved = untilParsed(terminal, () => markedRow(terminal) !== before);
  terminal.press(key);
  await moved;
  return performance.now() - begin;
}

/** Moves the selection down to the row that names a step. */
async function selectRow(terminal: RealTerminal, name: string): Promise<void> {
  terminal.press('g');
  await terminal.shows(/▌. Strategize/);
  const isThere = (): boolean => terminal.rows[markedRow(terminal)]?.includes(name) === true;
  while (!isThere()) await timeKey(terminal, 'j');
}

/** User and system time of a process so far, in milliseconds. */
function cpuMs(pid: number): number {
  // Behind the name, which may hold blanks: utime and stime are the 12th and 13th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Waits for the end of the plan, then quits: nothing is left running. */
async function leaveAtRest(terminal: RealTerminal): Promise<void> {
  await terminal.shows(/EXECUTE complete/);
  // As long as its runner is there the plan is not at rest, and the key only asks: then it is pressed again.
  while (terminal.exitCode === null) {
    terminal.press('q');
    await wait(QUIT_EVERY_MS);
  }
}
