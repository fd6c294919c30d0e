import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import type { ProcessIdentity } from '../../src/ports/process-table.ts';

const processes = new SystemProcessTable();
const children: ChildProcess[] = [];

/** A real process that lives until it is ended. */
export async function living(
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, detached: true });
  children.push(child);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { child, identity: { ...processes.self, pid, start_time: processes.startTime(pid) } };
}

/** Who a process was that has ended. */
export async function gone(): Promise<ProcessIdentity> {
  const { child, identity } = await living();
  await end(child);
  return identity;
}

export async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Ends what a test left; for `afterEach`. */
export function endLiving(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}
