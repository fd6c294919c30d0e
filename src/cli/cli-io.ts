import { setTimeout as wait } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { AppOptions } from '../app/compose.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';

/** One of the two output streams of a process. */
export interface TextSink {
  write(text: string): void;
  /** null: what was written is on its way. Else its reader is slow: resolves when there is room again. Absent: there always is. */
  room?(): Promise<void> | null;
  readonly isTTY: boolean;
  /** Width in cells; 80 where it is not a terminal. */
  readonly columns: number;
  /** True once the reader has gone away: what is written from then on is dropped. */
  readonly closed: boolean;
}

/** Messages between this process and the one that started it. */
export interface Channel {
  /** Never waits; nothing if the other side is gone. */
  send(message: JsonObject): void;
  onMessage(listener: (message: JsonObject) => void): void;
  /** Also called if it is closed already. */
  onClose(listener: () => void): void;
  close(): void;
}

/** A terminal as a screen needs it. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Everything the command line knows of the process it runs in. Nothing else here touches `process`. */
export interface CliIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** From now on the signal calls `handler` instead of ending the process. Returns what takes it off again. */
  onSignal(name: SignalName, handler: () => void): () => void;
  /**
   * From now on `handler` gets what nobody caught, instead of the process ending by it. Returns what takes it off again.
   * Absent: nothing can be caught.
   */
  onUncaught?(handler: (thrown: unknown) => void): () => void;
  /** The streams themselves, for a screen; absent: no screen can be opened. */
  readonly terminal?: Terminal;
  /** Starts this program once more: what stands before its arguments. */
  readonly self: readonly [string, ...string[]];
  /** Absent: nobody started this process to talk with it. */
  readonly channel?: Channel;
  /** Absent: the real one. */
  readonly clock?: Clock;
  /** Absent: real ones. */
  readonly ids?: IdSource;
  /** Absent: those that the settings name. */
  readonly models?: AppOptions['models'];
}

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}),
};

export function clockOf(io: CliIo): Clock {
  return io.clock ?? REAL_CLOCK;
}
