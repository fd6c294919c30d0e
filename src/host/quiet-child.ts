import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { CommandEnd, RunningCommand } from '../ports/command-line.ts';

/** At most this many characters of what it says are kept, the last ones. */
const KEPT_CHARACTERS = 256 * 1024;

export interface QuietRequest {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A child process without a terminal: it reads nothing, and what it says is kept. In a session of its own, so that the
 * terminal's keys don't reach it. It keeps nobody alive.
 */
export class QuietChild implements RunningCommand {
  readonly ended: Promise<CommandEnd>;
  readonly #child: ChildProcess;
  #said = '';
  #isAskedToEnd = false;

  constructor({ command: [program, ...args], cwd, env }: QuietRequest) {
    this.#child = spawn(program, args, {
      cwd,
      env: { ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.unref();
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#keep(stream as Socket);
    this.ended = new Promise((resolve) => {
      this.#child.on('error', ({ message }) => resolve({ exitCode: 1, output: message }));
      this.#child.on('close', (code) =>
        resolve({ exitCode: this.#isAskedToEnd ? null : code, output: this.#said }),
      );
    });
  }

  said(): string {
    return this.#said;
  }

  /** SIGTERM: a plan that it runs pauses at the next safe point, however often it is asked. */
  end(): void {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGTERM');
  }

  #keep(stream: Socket): void {
    stream.unref();
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT_CHARACTERS);
    });
  }
}
