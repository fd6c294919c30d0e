/** Who a process is, precisely enough that a reused pid is not taken for it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes at each boot. */
  readonly boot_id: string;
  /** The pid namespace (containers); null where there is none. */
  readonly pid_namespace: string | null;
  readonly pid: number;
  /** Clock ticks after boot; null where the system doesn't say. */
  readonly start_time: number | null;
}

/** `unknown`: it belongs to another host or pid namespace, so this process can't tell. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/** The processes of this machine. */
export interface ProcessTable {
  /** This process. */
  readonly self: ProcessIdentity;
  liveness(identity: ProcessIdentity): Liveness;
  /** Start time of a running pid in clock ticks; null if unknown. */
  startTime(pid: number): number | null;
  /** Living processes whose environment has `AGENTS_CALL_ID` set to one of these, and members of their groups: only this home's. */
  findByCallId(callIds: readonly string[]): readonly number[];
  /**
   * Ends processes: SIGTERM, then SIGKILL after `graceMs`. A negative number names a process group, as in kill(2).
   * Resolves with those still alive (normally none).
   */
  end(pids: readonly number[], graceMs: number): Promise<readonly number[]>;
}
