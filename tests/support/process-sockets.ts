import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The channel a process was forked with, as `socket:[4711]`. Linux only. */
export function channelOf(pid: number): string {
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const fd = variables.find((line) => line.startsWith('NODE_CHANNEL_FD='))?.split('=')[1];
  return readlinkSync(`/proc/${pid}/fd/${fd}`);
}

/** Whether the process has this socket open: it has not yet heard that nobody is at the other end. */
export function hasOpen(pid: number, socket: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => targetOf(`${folder}/${fd}`) === socket);
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch (thrown) {
    // Closed while it was looked at.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
