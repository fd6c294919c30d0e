import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { RealTerminal, type TerminalOptions } from './real-terminal.ts';

export const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));

export interface Done {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started command: what it says so far, and its end. */
export class AgentsProcess {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
  stdout = '';
  stderr = '';
  readonly #watchers = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data: Buffer) => this.#hear('stdout', data));
    child.stderr?.on('data', (data: Buffer) => this.#hear('stderr', data));
    this.done = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
        for (const watch of this.#watchers) watch();
      });
    });
  }

  /** Waits until it has said something that fits. Rejects if it ends before. */
  async says(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.stdout + this.stderr), String(pattern));
  }

  #until(isTrue: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const watch = (): void => {
        if (isTrue()) resolve();
        else if (this.child.exitCode !== null || this.child.signalCode !== null)
          reject(new Error(`ended before ${what}:\n${this.stdout}\n${this.stderr}`));
        else return;
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  #hear(stream: 'stdout' | 'stderr', data: Buffer): void {
    this[stream] += data.toString();
    for (const watch of this.#watchers) watch();
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    // It ended by itself meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** A fresh home and a fresh folder, and the built command in them. Ends everything it started. */
export class Sandbox implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-e2e-')));
  readonly home = join(this.root, 'home');
  readonly workspace = join(this.root, 'project');
  /** Who everything is started as, where that is somebody else. */
  readonly user: { readonly uid?: number; readonly gid?: number } = {};
  readonly #started: AgentsProcess[] = [];

  constructor() {
    mkdirSync(this.workspace);
  }

  get env(): Readonly<Record<string, string | undefined>> {
    const { PATH } = process.env;
    return { PATH, HOME: this.root, AGENTS_HOME: this.home, LANG: 'C.UTF-8', NO_COLOR: '1' };
  }

  /** Starts `agents ...args` in the workspace, in a terminal. */
  terminal(args: readonly string[], options: Partial<TerminalOptions> = {}): RealTerminal {
    return new RealTerminal(process.execPath, [AGENTS, ...args], {
      cwd: this.workspace,
      ...options,
      env: { ...this.env, NO_COLOR: undefined, CI: 'false', ...options.env },
    });
  }

  /** The command line of `agents ...args` for a shell. */
  commandLine(...args: readonly string[]): string {
    return [process.execPath, AGENTS, ...args].map((word) => `'${word}'`).join(' ');
  }

  /** Starts `agents ...args` in the workspace. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): AgentsProcess {
    const child = spawn(process.execPath, [AGENTS, ...args], {
      cwd: this.workspace,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...this.user,
    });
    const started = new AgentsProcess(child);
    this.#started.push(started);
    return started;
  }

  run(...args: readonly string[]): Promise<Done> {
    return this.start(args).done;
  }

  /** Runs with `--json` and gives the envelope. */
  async json(...args: readonly string[]): Promise<Envelope> {
    const { stdout, stderr } = await this.run(...args, '--json');
    try {
      return JSON.parse(stdout) as Envelope;
    } catch (cause) {
      throw new Error(`no envelope from ${args.join(' ')}:\n${stdout}\n${stderr}`, { cause });
    }
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.workspace, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.workspace, file), 'utf8');
  }

  has(file: string): boolean {
    return existsSync(join(this.workspace, file));
  }

  remove(file: string): void {
    rmSync(join(this.workspace, file));
  }

  /** Rows by plain SQL, read beside whatever runs. */
  sql(query: string, ...values: readonly unknown[]): Record<string, unknown>[] {
    const db = new Database(join(this.home, 'agents.db'), { readonly: true });
    try {
      return db.prepare(query).all(...values) as Record<string, unknown>[];
    } finally {
      db.close();
    }
  }

  /** The pids of all that lives with this home in its environment. */
  processes(): readonly number[] {
    const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
    return pids.filter((pid) => this.#isOurs(pid)).map(Number);
  }

  #isOurs(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`AGENTS_HOME=${this.home}`);
    } catch (thrown) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return false;
      throw thrown;
    }
  }

  [Symbol.dispose](): void {
    for (const { child } of this.#started) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    // Engines and tools have sessions of their own.
    for (const pid of this.processes()) end(pid);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

export interface Envelope {
  readonly command: string;
  readonly status: 'ok' | 'error';
  readonly exit_code: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- each command has its own shape; tests name what they read
  readonly data: any;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
}

/** False also while the database is still being made. */
export function hasRows(sandbox: Sandbox, query: string): boolean {
  try {
    return sandbox.sql(query).length > 0;
  } catch (thrown) {
    if (/no such table|unable to open|directory does not exist/.test(String(thrown))) return false;
    throw thrown;
  }
}
