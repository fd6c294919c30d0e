import type { CliIo, TextSink } from './cli-io.ts';

/** What of `process` the command line needs; a part of it, so that a test can hand in another. */
export type HostProcess = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'env' | 'cwd' | 'on' | 'off'>;

const DEFAULT_COLUMNS = 80;

/**
 * A reader that goes away (`agents plan list | head -1`) is no failure: the rest is dropped quietly. Any other error of
 * the stream is thrown, as it would be without us.
 */
function textSink(stream: NodeJS.WriteStream): TextSink {
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  });
  return {
    write: (text) => {
      if (!closed) stream.write(text);
    },
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

export function createProcessIo(host: HostProcess): CliIo {
  return {
    stdout: textSink(host.stdout),
    stderr: textSink(host.stderr),
    stdin: host.stdin,
    env: host.env,
    cwd: host.cwd(),
    onSignal: (name, handler) => {
      host.on(name, handler);
      return () => host.off(name, handler);
    },
  };
}
