import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RealTerminal } from '../support/real-terminal.ts';
import { AGENTS, leaveAtRest, markedRow, measureLoad, timeKey, timeKeys } from './screen-probe.ts';

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
}

/** Moves the selection down to the row that names a step. */
async function selectRow(terminal: RealTerminal, name: string): Promise<void> {
  terminal.press('g');
  await terminal.shows(/▌. Strategize/);
  const isThere = (): boolean => terminal.rows[markedRow(terminal)]?.includes(name) === true;
  while (!isThere()) await timeKey(terminal, 'j');
}
