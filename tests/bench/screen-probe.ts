import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { RealTerminal } from '../support/real-terminal.ts';
import { round, summarize, type Figures } from './measure.ts';

/** `BENCH_AGENTS` names another build of the program: two builds are compared in turns on the same machine. */
export const AGENTS =
  process.env['BENCH_AGENTS'] ?? fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const EVENT_WRITER = fileURLToPath(new URL('event-writer.ts', import.meta.url));
const LIMIT_MS = 30_000;
/** Linux counts a process's time in these. */
const MS_PER_TICK = 10;
const QUIT_EVERY_MS = 200;

/** What a process used and wrote while it was looked at. */
export interface Load {
  readonly cpu_percent: number;
  readonly frames_per_second: number;
  readonly bytes_per_frame: number;
  readonly kb_per_second: number;
}

/** A plan that another process writes to, watched in a terminal. */
export interface WatchedPlan {
  readonly terminal: RealTerminal;
  readonly writer: EventWriter;
  /** When the screen was asked for, by the clock of `performance`. */
  readonly begin: number;
}

/** Ends both processes when `use` has ended. @param history what stands in the journal before anybody looks */
export async function watchPlan<T>(
  folder: string,
  history: { readonly steps: number; readonly events: number; readonly checkpoints: number },
  use: (watched: WatchedPlan) => Promise<T>,
): Promise<T> {
  const [home, workspace] = [join(folder, 'home'), join(folder, 'workspace')];
  for (const one of [home, workspace]) mkdirSync(one, { recursive: true });
  const writer = await EventWriter.start({ home, workspace, ...history });
  const begin = performance.now();
  const { PATH } = process.env;
  const own = { HOME: folder, AGENTS_HOME: home, AGENTS_CONFIG_HOME: folder };
  await using terminal = new RealTerminal(process.execPath, [AGENTS, 'plan', 'watch', 'last'], {
    columns: 120,
    rows: 40,
    cwd: workspace,
    env: { PATH, ...own, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
  });
  try {
    return await use({ terminal, writer, begin });
  } finally {
    await writer[Symbol.asyncDispose]();
    await leaveAtRest(terminal);
  }
}

/** Resolves as soon as the emulator has taken in what makes it true. */
export function untilParsed(terminal: RealTerminal, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      parsed.dispose();
      reject(new Error(`the screen never came to it:\n${terminal.text}`));
    }, LIMIT_MS);
    const parsed = terminal.screen.onWriteParsed(() => {
      if (!isTrue()) return;
      clearTimeout(limit);
      parsed.dispose();
      resolve();
    });
  });
}

/** The row that is selected in the pane with the focus. */
export const markedRow = (terminal: RealTerminal): number =>
  terminal.rows.findIndex((row) => /┃▌|^▌/.test(row));

/** From a key to the moment when the emulator shows another row marked. */
export async function timeKey(terminal: RealTerminal, key: string): Promise<number> {
  const before = markedRow(terminal);
  const begin = performance.now();
  const moved = untilParsed(terminal, () => markedRow(terminal) !== before);
  terminal.press(key);
  await moved;
  return performance.now() - begin;
}

/** Down and up again, at odd moments: not in step with what the screen does. */
export async function timeKeys(terminal: RealTerminal, count: number): Promise<Figures> {
  const keys: number[] = [];
  for (let n = 0; n < count; n += 1) {
    keys.push(await timeKey(terminal, n % 2 === 0 ? 'j' : 'k'));
    await wait(20 + ((n * 37) % 90));
  }
  return summarize(keys);
}

export async function measureLoad(terminal: RealTerminal, ms: number): Promise<Load> {
  const { pid } = terminal.pty;
  const [before, cpuBefore, begin] = [terminal.raw.length, cpuMs(pid), performance.now()];
  await wait(ms);
  const seconds = (performance.now() - begin) / 1000;
  const said = terminal.raw.slice(before);
  // Each frame is one synchronized update.
  const frames = said.split('\u001B[?2026h').length - 1;
  const bytes = Buffer.byteLength(said);
  return {
    cpu_percent: round((cpuMs(pid) - cpuBefore) / 10 / seconds),
    frames_per_second: round(frames / seconds),
    bytes_per_frame: Math.round(bytes / Math.max(1, frames)),
    kb_per_second: round(bytes / 1000 / seconds),
  };
}

/** User and system time of a process so far, in milliseconds. */
function cpuMs(pid: number): number {
  // Behind the name, which may hold blanks: utime and stime are the 12th and 13th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Memory of a process that is in use now, in megabytes. */
export function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

/** Waits for the end of the plan, then quits: nothing is left running. */
export async function leaveAtRest(terminal: RealTerminal): Promise<void> {
  await terminal.shows(/EXECUTE complete/, LIMIT_MS);
  await quit(terminal);
}

export async function quit(terminal: RealTerminal): Promise<void> {
  // As long as its runner is there the plan is not at rest, and the key only asks: then it is pressed again.
  while (terminal.exitCode === null) {
    terminal.press('q');
    await wait(QUIT_EVERY_MS);
  }
}

export interface WriterOptions {
  readonly home: string;
  readonly workspace: string;
  readonly steps: number;
  readonly events: number;
  readonly checkpoints: number;
}

/** A plan with a long history, to which another process adds. */
export class EventWriter implements AsyncDisposable {
  readonly planId: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(planId: string, process: ChildProcessByStdio<Writable, Readable, null>) {
    this.planId = planId;
    this.#process = process;
  }

  static async start({ home, workspace, steps, events, checkpoints }: WriterOptions): Promise<EventWriter> {
    const args = [EVENT_WRITER, home, workspace, ...[steps, events, checkpoints].map(String)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    return new EventWriter(first.toString().trim(), child);
  }

  /** Events per second from now on; 0: none. */
  setRate(rate: number): void {
    this.#process.stdin.write(`${rate}\n`);
  }

  /** The plan is complete. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }
}
