import type { JsonObject } from '../domain/json.ts';
import type { Channel, CliIo, TextSink } from './cli-io.ts';

/** What of `process` the command line needs; a part of it, so that a test can hand in another. */
export type HostProcess = Pick<
  NodeJS.Process,
  | 'stdout'
  | 'stderr'
  | 'stdin'
  | 'env'
  | 'cwd'
  | 'on'
  | 'off'
  | 'execPath'
  | 'argv'
  | 'send'
  | 'connected'
  | 'disconnect'
>;

const DEFAULT_COLUMNS = 80;
/** What may wait for a reader that is slow, bytes: more would fill the memory, and break the stream in the end. */
const MOST_WAITING = 1024 * 1024;

/**
 * A reader that goes away (`agents plan list | head -1`) is no failure: the rest is dropped quietly. Any other error of
 * the stream is thrown, as it would be without us.
 */
function textSink(stream: NodeJS.WriteStream): TextSink {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal is gone.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    closed = true;
  });
  return {
    write: (text) => {
      if (!closed) stream.write(text);
    },
    room: () => (closed || stream.writableLength < MOST_WAITING ? null : untilDrained(stream)),
    get isTTY() {
      // Absent where it is none, whatever the types say.
      return (stream.isTTY as boolean | undefined) ?? false;
    },
    get columns() {
      return stream.isTTY ? stream.columns : DEFAULT_COLUMNS;
    },
    get closed() {
      return closed;
    },
  };
}

/** Resolves too once nobody reads any more. */
function untilDrained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ENDS) stream.off(event, done);
      resolve();
    };
    for (const event of ENDS) stream.once(event, done);
  });
}

const ENDS = ['drain', 'close', 'error'] as const;

function channelOf(host: HostProcess): Channel | null {
  if (!host.send) return null;
  return {
    send: (message) => {
      // The other side may go away at any moment, which `onClose` tells.
      if (host.connected) host.send?.(message, () => undefined);
    },
    onMessage: (listener) => host.on('message', (message) => listener(message as JsonObject)),
    onClose: (listener) => {
      if (host.connected) host.on('disconnect', listener);
      else listener();
    },
    close: () => {
      if (host.connected) host.disconnect();
    },
  };
}

export function createProcessIo(host: HostProcess): CliIo {
  const channel = channelOf(host);
  return {
    terminal: { stdin: host.stdin, stdout: host.stdout },
    self: [host.execPath, host.argv[1] as string],
    ...(channel === null ? {} : { channel }),
    stdout: textSink(host.stdout),
    stderr: textSink(host.stderr),
    stdin: host.stdin,
    env: host.env,
    cwd: host.cwd(),
    onSignal: (name, handler) => {
      host.on(name, handler);
      return () => host.off(name, handler);
    },
    onUncaught: (handler) => {
      // A rejection that nobody handles arrives here too.
      host.on('uncaughtException', handler);
      return () => host.off('uncaughtException', handler);
    },
  };
}
