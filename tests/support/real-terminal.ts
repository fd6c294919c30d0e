import { setTimeout as wait } from 'node:timers/promises';
import { spawn, type IPty } from '@lydell/node-pty';
// CommonJS without named exports: plain Node gives only the default one.
import headless, { type Terminal } from '@xterm/headless';

const LOOK_EVERY_MS = 5;
const LIMIT_MS = 20_000;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A program in a real pseudo-terminal, and what a person would see there. */
export class RealTerminal implements AsyncDisposable {
  readonly pty: IPty;
  readonly screen: Terminal;
  /** Everything the program wrote, in order. */
  raw = '';
  exitCode: number | null = null;
  #isPaused = false;

  constructor(program: string, args: readonly string[], options: TerminalOptions) {
    const { columns = 120, rows = 36, cwd, env } = options;
    this.screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 });
    this.pty = spawn(program, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd,
      // An undefined value would be handed on as the text "undefined".
      env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    });
    this.pty.onData((data) => {
      this.raw += data;
      this.screen.write(data);
    });
    // What the emulator answers when it is asked (cursor, kind of terminal).
    this.screen.onData((data) => this.pty.write(data));
    this.pty.onExit(({ exitCode }) => {
      this.exitCode = exitCode;
    });
  }

  /** The rows as text, without trailing blanks. */
  get rows(): readonly string[] {
    const { active } = this.screen.buffer;
    return Array.from(
      { length: this.screen.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.rows.join('\n');
  }

  get isAlternate(): boolean {
    return this.screen.buffer.active.type === 'alternate';
  }

  /** What the terminal itself knows of what programs asked of it. */
  get modes(): Readonly<Record<string, unknown>> {
    const { bracketedPasteMode, mouseTrackingMode, wraparoundMode } = this.screen.modes;
    return {
      buffer: this.screen.buffer.active.type,
      paste: bracketedPasteMode,
      mouse: mouseTrackingMode,
      wraps: wraparoundMode,
      isCursorShown: this.raw.lastIndexOf('\u001B[?25h') >= this.raw.lastIndexOf('\u001B[?25l'),
    };
  }

  press(keys: string): void {
    this.pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Stops taking what the program writes: its terminal is stuck. */
  pause(): void {
    this.#isPaused = true;
    this.pty.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.pty.resume();
  }

  /** Waits until what is on the screen fits. */
  async shows(what: RegExp | ((screen: this) => boolean), limitMs = LIMIT_MS): Promise<void> {
    const fits = what instanceof RegExp ? () => what.test(this.text) : () => what(this);
    for (const end = Date.now() + limitMs; !fits(); await wait(LOOK_EVERY_MS)) {
      if (Date.now() > end) throw new Error(`the screen never showed ${String(what)}:\n${this.text}`);
    }
  }

  async exits(limitMs = LIMIT_MS): Promise<number> {
    await this.shows(() => this.exitCode !== null, limitMs);
    return this.exitCode as number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isPaused) this.resume();
    if (this.exitCode === null) this.pty.kill('SIGKILL');
    await this.exits();
    this.screen.dispose();
  }
}
