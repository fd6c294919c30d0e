import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1024;

/** The most memory that a living process ever had, MiB (`VmHWM`); null where the system doesn't tell. */
export function peakMemory(pid: number): number | null {
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return peak === undefined ? null : Number(peak) / MIB;
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0);
}
