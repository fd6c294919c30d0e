import { spawn, type ChildProcess } from 'node:child_process';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { ProcessTable } from '../../ports/process-table.ts';
import { PlanError } from '../../domain/errors.ts';
import { LastWords } from './last-words.ts';
import { MessageLines } from './message-lines.ts';

/** Between the end of its input, SIGTERM and SIGKILL. */
const GRACE_MS = 2000;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

export interface ProcessStart {
  readonly command: string;
  readonly args: readonly string[];
  /** All that it gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How messages are written: from the SDK, which is loaded late. */
export interface MessageForm {
  readonly serialize: (message: JSONRPCMessage) => string;
  readonly deserialize: (line: string) => JSONRPCMessage;
}

/**
 * A server in a process group of its own, so that it can be ended with all it started: the SDK's own transport ends
 * only the process it knows, and a wrapper such as npx leaves the real server behind.
 */
export class ProcessTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  /** The end of what it wrote to stderr, which is shown only where something went wrong. */
  readonly words = new LastWords();
  readonly #start: ProcessStart;
  readonly #form: MessageForm;
  readonly #processes: ProcessTable;
  readonly #lines = new MessageLines(MAX_MESSAGE_BYTES);
  #child: ChildProcess | null = null;
  /** How it ended; null while it runs. */
  #exit: string | null = null;

  constructor(start: ProcessStart, form: MessageForm, processes: ProcessTable) {
    this.#start = start;
    this.#form = form;
    this.#processes = processes;
  }

  get exit(): string | null {
    return this.#exit;
  }

  /** @throws PlanError `mcp_server_failed` if there is no such program or folder */
  async start(): Promise<void> {
    const { command, args, env, cwd } = this.#start;
    const child = spawn(command, [...args], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.words.add(text));
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    // A server that has gone no longer reads: its exit says so.
    child.stdin.on('error', () => null);
    child.once('close', (code, signal) => {
      this.#exit = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      this.onclose?.();
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        const hint = error.message;
        reject(new PlanError('mcp_server_failed', `${command} could not be started`, { hint, cause: error }));
      });
    });
  }

  /** What a server that has gone can't take is lost with it: its end says so (`onclose`), and why. */
  async send(message: JSONRPCMessage): Promise<void> {
    const text = this.#form.serialize(message);
    await new Promise<void>((resolve) => {
      (this.#child as ChildProcess).stdin?.write(text, () => resolve());
    });
  }

  /** Ends it and everything in its group. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    child.stdin?.end();
    await this.#processes.end([-child.pid], GRACE_MS);
    // What it started may have left the group and hold the pipes; nobody reads them any more.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }

  #read(chunk: Buffer): void {
    try {
      for (const line of this.#lines.add(chunk)) this.#take(line);
    } catch (error) {
      // Beyond all bounds: what follows can't be told apart any more.
      this.onerror?.(error as Error);
      void this.close();
    }
  }

  /** Some servers print other things too: what is no message is none. */
  #take(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = this.#form.deserialize(line);
    } catch (error) {
      this.onerror?.(error as Error);
      return;
    }
    this.onmessage?.(message);
  }
}
