import { fileURLToPath } from 'node:url';
import { EventEmitter } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { CliIo, SignalName, TextSink } from '../../src/cli/cli-io.ts';
import { main } from '../../src/cli/main.ts';

const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));

// Times in text are local ones: the same everywhere.
process.env['TZ'] = 'UTC';

class CollectingSink implements TextSink {
  text = '';
  isTTY = false;
  columns = 100;
  closed = false;
  readonly #changes: EventEmitter;

  constructor(changes: EventEmitter) {
    this.#changes = changes;
  }

  write(text: string): void {
    this.text += text;
    this.#changes.emit('change');
  }
}

/** A command line running in this process: what it says so far, its signals, its end. */
export class CliRun {
  readonly #changes = new EventEmitter();
  readonly #signals = new EventEmitter();
  readonly out = new CollectingSink(this.#changes);
  readonly err = new CollectingSink(this.#changes);
  readonly stdin = new PassThrough();
  readonly code: Promise<number>;
  /** Starts the built program. */
  readonly self: CliIo['self'];

  constructor(
    args: readonly string[],
    options: Omit<CliIo, 'stdout' | 'stderr' | 'stdin' | 'onSignal'>,
    tty: boolean,
  ) {
    this.self = options.self;
    this.#changes.setMaxListeners(0);
    this.err.isTTY = tty;
    this.out.isTTY = options.terminal !== undefined;
    const io: CliIo = {
      ...options,
      stdout: this.out,
      stderr: this.err,
      stdin: Object.assign(this.stdin, { isTTY: tty }),
      onSignal: (name, handler) => {
        this.#signals.on(name, handler);
        return () => this.#signals.off(name, handler);
      },
    };
    this.code = main(args, io);
  }

  send(name: SignalName): void {
    if (!this.#signals.emit(name)) throw new Error(`nobody listens for ${name}`);
  }

  /** Nobody answers any more, and whatever waits or runs is to end. */
  leave(): void {
    this.stdin.end();
    this.#signals.emit('SIGTERM');
  }

  /** Waits until stdout and stderr together fit. */
  async says(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.out.text + this.err.text)) {
      const ended = this.code.then(() => 'ended');
      const changed = new Promise<string>((resolve) =>
        this.#changes.once('change', () => resolve('changed')),
      );
      if (
        (await Promise.race([ended, changed])) === 'ended' &&
        !pattern.test(this.out.text + this.err.text)
      ) {
        throw new Error(`ended without ${String(pattern)}:\n${this.out.text}\n${this.err.text}`);
      }
    }
  }
}

export interface StartOptions extends Partial<Pick<CliIo, 'terminal' | 'channel' | 'self' | 'onUncaught'>> {
  /** stdin and stderr are terminals, and stdout if there is a screen for it. */
  readonly tty?: boolean;
  readonly cwd?: string;
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The JSON answer of a command. */
export interface Envelope {
  readonly command: string;
  readonly status: string;
  readonly exit_code: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into shapes of every command
  readonly data: any;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly messages: readonly string[];
}

/** A fresh home and folder for command lines that run in this process. */
export class CliBench implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-cli-')));
  readonly home = join(this.root, 'home');
  readonly folder = join(this.root, 'project');
  readonly env: Record<string, string | undefined>;
  readonly #runs: CliRun[] = [];
  clock: CliIo['clock'];
  ids: CliIo['ids'];
  models: CliIo['models'];

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(this.home);
    const { PATH } = process.env;
    this.env = {
      PATH,
      HOME: this.home,
      AGENTS_HOME: join(this.home, 'agents'),
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
    };
  }

  start(args: readonly string[], { tty = false, cwd = this.folder, ...more }: StartOptions = {}): CliRun {
    const { env, clock, ids, models } = this;
    const run = new CliRun(
      args,
      {
        env,
        cwd,
        self: [process.execPath, AGENTS],
        ...(clock ? { clock } : {}),
        ...(ids ? { ids } : {}),
        ...(models ? { models } : {}),
        ...more,
      },
      tty,
    );
    this.#runs.push(run);
    return run;
  }

  async run(...args: readonly string[]): Promise<Said> {
    const run = this.start(args);
    const code = await run.code;
    return { code, out: run.out.text, err: run.err.text };
  }

  async json(...args: readonly string[]): Promise<Envelope> {
    const { out } = await this.run(...args, '--json');
    return JSON.parse(out) as Envelope;
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    writeFileSync(file, text);
    return file;
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Waits until a file is there; steps make it. */
  async untilFile(path: string): Promise<void> {
    while (!existsSync(join(this.folder, path))) await wait(5);
  }

  /** Waits until the process that runs the plan has taken a request; then it will carry it out. */
  async untilClaimed(kind: string): Promise<void> {
    const database = new Database(join(this.home, 'agents', 'agents.db'), { readonly: true });
    const claimed = database.prepare('select 1 from requests where kind = ? and claimed_at is not null');
    while (claimed.all(kind).length === 0) await wait(5);
    database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.#runs) run.leave();
    // Steps that wait for a file end with their folder.
    rmSync(this.folder, { recursive: true, force: true });
    await Promise.allSettled(this.#runs.map((run) => run.code));
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A shell step's text that waits until the test makes the file, or removes the folder. */
export const waitFor = (file: string): string =>
  `while ! test -f ${file}; do test -d "$PWD" || exit 9; sleep 0.02; done`;

const FIRST = '01JD7K3V00000000000000';
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ids that are the same in every run; `start` of them are taken already. */
export function fixedIds(start = 0): NonNullable<CliIo['ids']> {
  let count = start;
  return {
    next: () => {
      count += 1;
      const tail = [32 ** 3, 32 ** 2, 32, 1].map((unit) => DIGITS[Math.floor(count / unit) % 32]).join('');
      return `${FIRST}${tail}`;
    },
  };
}

/** A clock that moves by `stepMs` each time it is asked; sleeping is real. */
export function tickingClock(start: string, stepMs = 0): NonNullable<CliIo['clock']> {
  let time = Date.parse(start);
  const now = (): number => (time += stepMs);
  return {
    now,
    elapsed: now,
    sleep: async (ms, signal) => {
      await wait(ms, undefined, signal ? { signal } : {});
    },
  };
}
