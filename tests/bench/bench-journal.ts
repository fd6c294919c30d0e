import { createRootPlan } from '../../src/execution/create-root-plan.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { tryAcquireLease, type HeldLease } from '../../src/execution/plan-lease.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';

const VALUE_BYTES = 1000;

/** The journal of a new plan in a home of its own, written as a run writes it. */
export class BenchJournal implements AsyncDisposable {
  readonly storage: Storage;
  readonly journal: LiveJournal;
  readonly #ids: UlidSource;
  readonly #lease: HeldLease;

  private constructor(storage: Storage, journal: LiveJournal, ids: UlidSource, lease: HeldLease) {
    this.storage = storage;
    this.journal = journal;
    this.#ids = ids;
    this.#lease = lease;
  }

  static async open(
    home: string,
    durability: 'full' | 'normal',
    steps = 0,
    workspace = '/',
  ): Promise<BenchJournal> {
    const processes = new SystemProcessTable();
    const storage = await openStorage({ home, durability, processes });
    const ids = new UlidSource(systemClock);
    const plan_id = ids.next();
    const empty = { document: {}, included_documents: {}, inputs: {}, effective_config: {} };
    const created_at = new Date().toISOString();
    const heads = Array.from({ length: steps }, (_, n) => {
      return { id: stepId(n), kind: 'run' as const, name: stepId(n), effect: 'read' as const };
    });
    await createRootPlan(
      storage.plans,
      plan_id,
      { name: 'bench', goal: null, workspace, created_at, ...empty },
      heads,
    );
    const held = await tryAcquireLease(storage.leases, processes, plan_id, 'runner');
    if (!held) throw new Error('the lease of a new plan is not free');
    const parts = { plans: storage.plans, bus: new EventBus(), clock: systemClock, ids };
    const journal = await LiveJournal.open(parts, plan_id, held.lease.fence);
    return new BenchJournal(storage, journal, ids, held);
  }

  get planId(): PlanId {
    return this.journal.rootId;
  }

  /** Sets one value of 1 KB. */
  async set(key: string, mark: number | string): Promise<void> {
    const payload = { key, value: `${mark} `.padEnd(VALUE_BYTES, 'abcdefgh') };
    await this.journal.commit([{ type: 'context.set', plan_id: this.planId, payload }]);
  }

  /** A state of so many values of 1 KB. */
  async fill(kilobytes: number): Promise<void> {
    for (let n = 0; n < kilobytes; n += 1) await this.set(`key-${n}`, n);
  }

  /** What a step that reads 1 KB tells, in the commits of a run. */
  async step(n: number): Promise<void> {
    const plan_id = this.planId;
    const [step_id, call_id] = [stepId(n), this.#ids.next()];
    const call = {
      call_id,
      step_id,
      attempt: 1,
      tool: 'fs.read',
      effect: 'read',
      tree_before: null,
    } as const;
    const text = `${n} `.padEnd(VALUE_BYTES, 'abcdefgh');
    const result = { call_id, result: { text }, tree_after: null };
    const before: NewEvent[] = [
      { type: 'step.started', plan_id, payload: { step_id, attempt: 1 } },
      { type: 'tool.started', plan_id, payload: { ...call, input: { path: `notes/${n}.md` } } },
    ];
    const after: NewEvent[] = [
      { type: 'tool.completed', plan_id, payload: result },
      { type: 'step.completed', plan_id, payload: { step_id, call_id, output: null } },
    ];
    await this.journal.commit(before);
    await this.journal.commit(after);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease[Symbol.asyncDispose]();
    await this.storage.close();
  }
}

const stepId = (n: number): string => `step-${n}`;
