import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));

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

/** A fresh home and a fresh folder, and the built command in them. Ends everything it started. */
export class Sandbox implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-e2e-')));
  readonly home = join(this.root, 'home');
  readonly workspace = join(this.root, 'project');
  readonly #started: AgentsProcess[] = [];

  constructor() {
    mkdirSync(this.workspace);
  }

  /** Starts `agents ...args` in the workspace. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): AgentsProcess {
    const child = spawn(process.execPath, [AGENTS, ...args], {
      cwd: this.workspace,
      env: {
        PATH: process.env['PATH'],
        HOME: this.root,
        AGENTS_HOME: this.home,
        LANG: 'C.UTF-8',
        NO_COLOR: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
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

  /** Rows by plain SQL, read beside whatever runs. */
  sql(query: string, ...values: readonly unknown[]): Record<string, unknown>[] {
    const db = new Database(join(this.home, 'agents.db'), { readonly: true });
    try {
      return db.prepare(query).all(...values) as Record<string, unknown>[];
    } finally {
      db.close();
    }
  }

  [Symbol.dispose](): void {
    for (const { child } of this.#started) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
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
