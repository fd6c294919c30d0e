import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What `/proc/<pid>/stat` says of a process (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
export interface ProcStat {
  /** One letter; `Z` and `X`: dead, waiting to be collected. */
  readonly state: string;
  readonly pgrp: number;
  /** Clock ticks after boot. */
  readonly startTime: number;
}

/** Reads a `/proc` folder. Everything may be missing: processes end while they are looked at, other systems have none. */
export class ProcFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  bootId(): string | null {
    return this.#read('sys/kernel/random/boot_id')?.trim() ?? null;
  }

  /** Of this process, as `pid:[4026531836]`. */
  pidNamespace(): string | null {
    try {
      return readlinkSync(`${this.#folder}/self/ns/pid`);
    } catch {
      // No /proc or no namespaces: then there is nothing to tell apart.
      return null;
    }
  }

  /** Empty where there is no `/proc`. */
  pids(): readonly number[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => /^[0-9]+$/.test(name))
        .map(Number);
    } catch {
      // No /proc: callers fall back to signals.
      return [];
    }
  }

  stat(pid: number): ProcStat | null {
    const text = this.#read(`${pid}/stat`);
    if (text === null) return null;
    // The second field is the command in parentheses and may hold both, and spaces: fields count from its end.
    const rest = text.slice(text.lastIndexOf(')') + 2);
    const fields = rest.split(' ');
    return { state: rest.charAt(0), pgrp: Number(fields[2]), startTime: Number(fields[19]) };
  }

  /** The variables a process was started with, as `NAME=value`; empty if it may not be read. */
  environment(pid: number): readonly string[] {
    return this.#read(`${pid}/environ`)?.split('\0') ?? [];
  }

  #read(path: string): string | null {
    try {
      return readFileSync(`${this.#folder}/${path}`, 'utf8');
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
      return null;
    }
  }
}
