import process from 'node:process';

/** This process as the shell that started it sees it: something that can be stopped and continued. */
export interface Job {
  /** Stops the process and those it was started with, as Ctrl-Z does elsewhere. Returns when it is continued, or before. */
  stop(): void;
  /** Calls back each time the process is continued, until the returned function is called. */
  onContinue(run: () => void): () => void;
  /** Keeps the process alive while nothing is read from the terminal, until the returned function is called. */
  keepAlive(): () => void;
}

const LONG_MS = 2 ** 30;

export const systemJob: Job = {
  // The whole group, as the terminal itself would: who started us (npm, an older Node) must stop with us.
  stop: () => void process.kill(0, 'SIGTSTP'),
  onContinue: (run) => {
    process.on('SIGCONT', run);
    return () => void process.off('SIGCONT', run);
  },
  // Ink lets go of the keyboard while it is suspended: without this nothing would be left to wait for.
  keepAlive: () => {
    const timer = setInterval(() => undefined, LONG_MS);
    return () => clearInterval(timer);
  },
};
