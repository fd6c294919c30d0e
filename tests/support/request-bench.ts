import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate as breathe } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { findLabelFault } from '../../src/domain/ids.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { RequestResponder } from '../../src/execution/request-responder.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import { WriteWindow } from '../../src/tools/write-window.ts';
import { openGarbage } from './object-places.ts';
import { History } from './storage-history.ts';
import { StagedProcesses } from './storage-places.ts';

/** A row of \`requests\` as anybody who may write the home could put it there. */
export interface RawRequest {
  readonly kind: string;
  readonly args: string;
  readonly asker: string;
  readonly plan_id: string;
  readonly asked_at: string;
}

export interface Answered {
  readonly kind: string;
  readonly result: JsonObject;
}

/** A plan that this process runs, as far as requests go, and another hand that writes them. */
export class RequestBench implements AsyncDisposable {
  readonly history: History;
  readonly storage: Storage;
  readonly self = JSON.stringify(new SystemProcessTable().self);
  /** What people said of settings. */
  readonly settled: boolean[] = [];
  readonly #folder: string;
  readonly #responder: RequestResponder;
  readonly #other: Database.Database;
  #count = 0;

  private constructor(folder: string, storage: Storage, history: History) {
    this.#folder = folder;
    this.storage = storage;
    this.history = history;
    this.#other = new Database(join(folder, 'agents.db'));
    const { journal } = history;
    const processes = new SystemProcessTable();
    this.#responder = new RequestResponder({
      ...storage,
      journal,
      processes,
      clock: systemClock,
      window: new WriteWindow({
        lock: storage.workspaceLock,
        workspace: folder,
        process: processes.self,
        clock: systemClock,
        onWaiting: () => undefined,
      }),
      createCheckpoint: (context) => journal.commitCheckpoint('manual', context),
      lastCheckpointNumber: () => journal.lastCheckpointNumber,
      standing: () => ({ plan_id: journal.rootId, phase: 'execute', state: 'processing' }),
      onWish: () => undefined,
      settleSettings: async (take) => void this.settled.push(take),
    });
  }

  static async create(): Promise<RequestBench> {
    const folder = mkdtempSync(join(tmpdir(), 'agents-requests-'));
    const processes = new SystemProcessTable();
    const storage = await openStorage({ home: folder, durability: 'normal', processes });
    return new RequestBench(folder, storage, await History.create(storage));
  }

  get planId(): string {
    return this.history.rootId;
  }

  /** A request that is as it should be. */
  good(more: Partial<RawRequest> = {}): RawRequest {
    const { self: asker, planId: plan_id } = this;
    return { kind: 'checkpoint', args: '{}', asker, plan_id, asked_at: '2026-01-01T00:00:00.000Z', ...more };
  }

  /** Puts rows there and waits until the run has nothing left to answer; then they are gone. Those that it took back have no answer. */
  async ask(requests: readonly RawRequest[]): Promise<readonly (Answered | null)[]> {
    const ids = requests.map((request) => this.#put(request));
    const open = this.#other.prepare('select count(*) from requests where answered_at is null').pluck();
    for (let looks = 0; open.get() !== 0 && looks < 2000; looks += 1) {
      this.#responder.wake();
      await breathe();
      await this.#responder.answerWishes();
    }
    const read = this.#other.prepare('select kind, result from requests where id = ?');
    const answers = ids.map((id) => {
      const row = read.get(id) as { kind: string; result: string | null } | undefined;
      if (row?.result === null) throw new Error(`no answer to ${JSON.stringify(requests[ids.indexOf(id)])}`);
      return row ? { kind: row.kind, result: JSON.parse(row.result) as JsonObject } : null;
    });
    this.#other.exec('delete from requests');
    return answers;
  }

  /** All that was recorded is what it says of itself, and has the kinds of values that everybody counts on. */
  async expectWhole(): Promise<void> {
    expect(await this.#garbage()).toEqual([]);
    const { items } = await this.storage.checkpoints.list({ planId: this.planId });
    for (const { label, pinned } of items) {
      expect(label === null ? null : findLabelFault(label)).toBeNull();
      expect(typeof pinned).toBe('boolean');
    }
  }

  async #garbage(): Promise<readonly unknown[]> {
    const garbage = await openGarbage(this.#folder, new StagedProcesses());
    try {
      return await garbage.checkJournals();
    } finally {
      await garbage.close();
    }
  }

  /** Ends the run, as at the end of a plan. */
  async close(): Promise<void> {
    await this.#responder.close();
  }

  #put({ kind, args, asker, plan_id, asked_at }: RawRequest): string {
    this.#count += 1;
    const id = `r${String(this.#count).padStart(9, '0')}`;
    this.#other
      .prepare(
        'insert into requests (id, root_plan_id, plan_id, kind, args, asker, asked_at) values (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, this.planId, plan_id, kind, args, asker, asked_at);
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#other.exec('delete from requests');
    await this.#responder.close();
    this.#other.close();
    await this.storage.close();
    rmSync(this.#folder, { recursive: true });
  }
}
