import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Liveness, ProcessIdentity, ProcessTable } from '../ports/process-table.ts';
import { ProcFiles } from './proc-files.ts';

/** How long a process may take to vanish after SIGKILL. */
const KILL_WAIT_MS = 2000;
const FIRST_LOOK_MS = 5;
const LAST_LOOK_MS = 100;
const UNKNOWN_BOOT = 'unknown';
const CALL_HOME = 'AGENTS_CALL_HOME=';

/** The processes of this machine, by `/proc` where there is one, else by signals alone. */
export class SystemProcessTable implements ProcessTable {
  readonly self: ProcessIdentity;
  readonly #home: string | null;
  readonly #proc: ProcFiles;

  /** @param home whose calls are looked for: a copied home has the same ids and must not end the other's tools */
  constructor(home: string | null = null, procFolder = '/proc') {
    this.#home = home;
    this.#proc = new ProcFiles(procFolder);
    this.self = {
      host: hostname(),
      boot_id: this.#proc.bootId() ?? UNKNOWN_BOOT,
      pid_namespace: this.#proc.pidNamespace(),
      pid: process.pid,
      start_time: this.startTime(process.pid),
    };
  }

  liveness(identity: ProcessIdentity): Liveness {
    const { host, boot_id } = this.self;
    if (identity.boot_id !== boot_id) return identity.host === host ? 'gone' : 'unknown';
    // The same boot is the same machine, also when its name has changed; without boot ids only the name tells.
    if (boot_id === UNKNOWN_BOOT && identity.host !== host) return 'unknown';
    if (identity.pid_namespace !== this.self.pid_namespace) return 'unknown';
    if (!this.#isAlive(identity.pid)) return 'gone';
    const startTime = this.startTime(identity.pid);
    const isAnother = startTime !== null && identity.start_time !== null && startTime !== identity.start_time;
    return isAnother ? 'gone' : 'alive';
  }

  startTime(pid: number): number | null {
    return this.#proc.stat(pid)?.startTime ?? null;
  }

  findByCallId(callIds: readonly string[]): readonly number[] {
    const wanted = new Set(callIds.map((id) => `AGENTS_CALL_ID=${id}`));
    const others = this.#living().filter(({ pid }) => pid !== process.pid);
    const found = others.filter(({ pid }) => {
      const environment = this.#proc.environment(pid);
      return environment.some((line) => wanted.has(line)) && !this.#isOfAnotherHome(environment);
    });
    // A member may have dropped its environment. Our own group is never one that a call was given.
    const groups = new Set(found.map(({ pgrp }) => pgrp));
    groups.delete(this.#proc.stat(process.pid)?.pgrp ?? 0);
    const pids = new Set(found.map(({ pid }) => pid));
    return others.filter(({ pid, pgrp }) => pids.has(pid) || groups.has(pgrp)).map(({ pid }) => pid);
  }

  #isOfAnotherHome(environment: readonly string[]): boolean {
    const home = environment.find((line) => line.startsWith(CALL_HOME));
    return home !== undefined && this.#home !== null && home !== `${CALL_HOME}${this.#home}`;
  }

  async end(targets: readonly number[], graceMs: number): Promise<readonly number[]> {
    const left = await this.#signal(
      targets.map((pid) => ({ pid, startTime: this.startTime(pid) })),
      'SIGTERM',
      graceMs,
    );
    return (await this.#signal(left, 'SIGKILL', KILL_WAIT_MS)).map(({ pid }) => pid);
  }

  /** Sends a signal and waits until all are gone or the time is over. Resolves with those that are not. */
  async #signal(
    targets: readonly Target[],
    signal: NodeJS.Signals,
    waitMs: number,
  ): Promise<readonly Target[]> {
    let left = targets.filter((target) => this.#isSame(target));
    for (const { pid } of left) send(pid, signal);
    const until = performance.now() + waitMs;
    for (let pause = FIRST_LOOK_MS; left.length > 0; pause = Math.min(pause * 2, LAST_LOOK_MS)) {
      left = left.filter((target) => this.#isSame(target));
      if (left.length === 0 || performance.now() >= until) break;
      // One that is stopped can't end by itself; and what it would do when it goes on must not be waited for.
      if (signal === 'SIGTERM' && left.every(({ pid }) => this.#proc.stat(pid)?.state === 'T')) break;
      await setTimeout(pause);
    }
    return left;
  }

  /** False too if the number was given to another process meanwhile: that one must not be hit. */
  #isSame({ pid, startTime }: Target): boolean {
    if (pid < 0) return this.#isGroupAlive(pid);
    return this.#isAlive(pid) && (startTime === null || this.startTime(pid) === startTime);
  }

  #isGroupAlive(target: number): boolean {
    if (!send(target, 0)) return false;
    // Dead members that nobody collects keep a group signalable; they are no reason to wait.
    const members = this.#proc
      .pids()
      .map((pid) => this.#proc.stat(pid))
      .filter((stat) => stat?.pgrp === -target);
    return members.length === 0 || members.some((stat) => stat !== null && !isDead(stat.state));
  }

  #isAlive(pid: number): boolean {
    if (!send(pid, 0)) return false;
    const stat = this.#proc.stat(pid);
    return stat === null || !isDead(stat.state);
  }

  #living(): readonly { readonly pid: number; readonly pgrp: number }[] {
    return this.#proc.pids().flatMap((pid) => {
      const stat = this.#proc.stat(pid);
      return stat && !isDead(stat.state) ? [{ pid, pgrp: stat.pgrp }] : [];
    });
  }
}

/** A process, or with a negative number the group of that id. */
interface Target {
  readonly pid: number;
  readonly startTime: number | null;
}

function isDead(state: string): boolean {
  return state === 'Z' || state === 'X';
}

/** False if there is nobody to send it to; true also where we may not. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
