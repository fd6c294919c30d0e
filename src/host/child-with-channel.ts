import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { JsonObject } from '../domain/json.ts';

/** Of each stream at most this many characters are kept, the last ones. */
const KEPT_CHARACTERS = 1024 * 1024;

export interface ChildRequest {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onMessage: (message: JsonObject) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A child process in a session of its own, so that neither the terminal's keys nor its end reach it, with a channel for
 * small messages. What it prints is kept until it ends.
 */
export class ChildWithChannel {
  readonly #child: ChildProcess;
  readonly #kept = { stdout: '', stderr: '' };
  /** Doesn't reject: a program that can't be started has ended with code null and says why on stderr. */
  readonly ended: Promise<ChildEnd>;

  constructor({ command: [program, ...args], cwd, env, onMessage }: ChildRequest) {
    this.#child = spawn(program, args, {
      cwd,
      env: { ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => onMessage(message as JsonObject));
    // Its event `close` doesn't come once the channel was closed on this side.
    const said = Promise.all([this.#keep('stdout'), this.#keep('stderr')]);
    this.ended = new Promise((resolve) => {
      this.#child.on('error', ({ message }) =>
        resolve({ code: null, signal: null, stdout: '', stderr: message }),
      );
      this.#child.on('exit', (code, signal) => {
        void said.then(() => resolve({ code, signal, ...this.#kept }));
      });
    });
  }

  /** null if it could not be started. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Sent if the child still listens; nothing otherwise. Never waits. */
  send(message: JsonObject): void {
    // A child that goes away at this very moment has ended, which `ended` tells.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Closes the channel; the child hears of it. */
  disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  /** Lets this process end without the child. */
  leave(): void {
    this.disconnect();
    (this.#child.stdout as Readable).destroy();
    (this.#child.stderr as Readable).destroy();
    this.#child.unref();
  }

  /** Resolves when the child says nothing any more. */
  #keep(name: 'stdout' | 'stderr'): Promise<void> {
    const stream = this.#child[name] as Readable;
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#kept[name] = (this.#kept[name] + text).slice(-KEPT_CHARACTERS);
    });
    return new Promise((resolve) => {
      stream.on('close', resolve);
    });
  }
}
