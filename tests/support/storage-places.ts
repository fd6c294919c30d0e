import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStorage } from '../../src/memory/create-memory-storage.ts';
import type { Liveness, ProcessIdentity, ProcessTable } from '../../src/ports/process-table.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';

export const self: ProcessIdentity = {
  host: 'h',
  boot_id: 'b',
  pid_namespace: null,
  pid: 100,
  start_time: 1,
};
export const other: ProcessIdentity = { ...self, pid: 200 };

/** Processes that live or not as a test says; by default all live. */
export class StagedProcesses implements ProcessTable {
  readonly self = self;
  readonly states = new Map<number, Liveness>();

  liveness(identity: ProcessIdentity): Liveness {
    return this.states.get(identity.pid) ?? 'alive';
  }

  startTime(): number | null {
    return null;
  }

  findByCallId(): readonly number[] {
    return [];
  }

  async end(): Promise<readonly number[]> {
    return [];
  }
}

export interface Place extends AsyncDisposable {
  readonly storage: Storage;
  readonly processes: StagedProcesses;
}

export type PlaceKind = 'memory' | 'sqlite';
export const PLACE_KINDS: readonly PlaceKind[] = ['memory', 'sqlite'];

/** A time that stands still, so that what stores write down is known. */
export const NOW = Date.UTC(2026, 5, 1, 12);
export const NOW_TEXT = '2026-06-01T12:00:00.000Z';

export async function openPlace(kind: PlaceKind): Promise<Place> {
  const processes = new StagedProcesses();
  if (kind === 'memory') {
    const storage = createMemoryStorage({ processes, now: () => NOW });
    return { storage, processes, [Symbol.asyncDispose]: () => storage.close() };
  }
  const home = await freshHome();
  const storage = await openStorage({ home: home.path, durability: 'normal', processes, now: () => NOW });
  const dispose = async (): Promise<void> => {
    await storage.close();
    await home[Symbol.asyncDispose]();
  };
  return { storage, processes, [Symbol.asyncDispose]: dispose };
}

/** An empty folder that goes away with the test. */
export async function freshHome(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'agents-home-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
