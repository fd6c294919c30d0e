import type { Checkpoint, CheckpointContext, CheckpointMark } from '../domain/checkpoint.ts';
import { AgentsError, PlanError, toErrorValue } from '../domain/errors.ts';
import type { CheckpointId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { PlanRequest, RequestKind, RequestStore } from '../ports/request-store.ts';
import type { WriteWindow } from '../tools/write-window.ts';
import { checkRequest } from './check-request.ts';
import { answerDecision, markCheckpoint } from './people.ts';

const POLL_MS = 100;

const WISHES = ['pause', 'resume', 'stop', 'cancel'] as const;

/** What the run carries out as a whole; it is answered when the plan stands as it was wished, or as it ended. */
export type Wish = PlanRequest & { readonly kind: (typeof WISHES)[number] };

function isWish(request: PlanRequest): request is Wish {
  return (WISHES as readonly RequestKind[]).includes(request.kind);
}

export interface ResponderDependencies {
  readonly journal: PlanJournal;
  readonly plans: PlanStore;
  readonly requests: RequestStore;
  readonly checkpoints: Pick<CheckpointStore, 'resolve'>;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly window: WriteWindow;
  readonly createCheckpoint: (context: CheckpointContext) => Promise<Checkpoint>;
  /** The last checkpoint taken before the call whose window is open, by number; null if there is none. */
  readonly lastCheckpointNumber: () => number | null;
  /** `{plan_id, phase, state}` of the root plan now. */
  readonly standing: () => JsonObject;
  readonly onWish: (wish: Wish) => void;
  /** A person's word on the change of the settings that a step made while it wrote. */
  readonly settleSettings: (take: boolean, by: string) => Promise<void>;
}

type MarkArgs = CheckpointMark & { readonly checkpoint_id: CheckpointId };

/** Answers what other processes ask of the plan that this one runs. */
export class RequestResponder {
  readonly #deps: ResponderDependencies;
  readonly #seen = new Set<string>();
  readonly #work = new Set<Promise<void>>();
  readonly #wishes: Wish[] = [];
  readonly #stop = new AbortController();
  #sleep = new AbortController();
  readonly #loop: Promise<void>;

  constructor(deps: ResponderDependencies) {
    this.#deps = deps;
    this.#loop = this.#poll();
  }

  /** Answers the wishes that were taken: the plan stands as they wanted, or as it ended. */
  async answerWishes(): Promise<void> {
    const standing = this.#deps.standing();
    for (const wish of this.#wishes.splice(0))
      await this.#deps.requests.answer(wish.id, { ok: true, ...standing });
  }

  /** There is something new: looks at once instead of at the next turn. */
  wake(): void {
    this.#sleep.abort();
  }

  /** Looks once more, finishes what it began, and ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#loop;
    await this.#look();
    await Promise.all(this.#work);
    await this.answerWishes();
  }

  async #poll(): Promise<void> {
    let seen: number | null = null;
    while (!this.#stop.signal.aborted) {
      // A database that refuses for a moment must not end the plan: the next look is soon.
      seen = await this.#lookIfNews(seen).catch(() => null);
      await this.#deps.clock.sleep(POLL_MS, this.#sleep.signal).catch(() => undefined);
      if (this.#sleep.signal.aborted) this.#sleep = new AbortController();
    }
  }

  async #lookIfNews(seen: number | null): Promise<number> {
    const version = this.#deps.plans.dataVersion();
    if (version !== seen) await this.#look();
    return version;
  }

  async #look(): Promise<void> {
    const pending = await this.#deps.requests.pending(this.#deps.journal.rootId);
    for (const request of pending.filter(({ id }) => !this.#seen.has(id))) {
      this.#seen.add(request.id);
      const work = this.#take(request)
        // What could not be answered now is looked at again.
        .catch(() => void this.#seen.delete(request.id))
        .finally(() => this.#work.delete(work));
      this.#work.add(work);
    }
  }

  async #take(request: PlanRequest): Promise<void> {
    const { journal, requests, processes } = this.#deps;
    try {
      checkRequest(request, journal.tree.plans);
    } catch (thrown) {
      await requests.answer(request.id, refusalOf(thrown));
      return;
    }
    if (processes.liveness(request.asker) === 'gone') {
      await requests.withdraw(request.id);
      return;
    }
    if (isWish(request)) {
      if (!(await requests.claim(request.id))) return;
      this.#wishes.push(request);
      this.#deps.onWish(request);
      return;
    }
    const result = await this.#carryOut(request).catch(refusalOf);
    if (result) await requests.answer(request.id, result);
  }

  /** null: the asker took it back. */
  async #carryOut(request: PlanRequest): Promise<JsonObject | null> {
    const args = request.args as { label?: string; decision?: string; choice?: string };
    if (request.kind === 'checkpoint') return await this.#checkpoint(request, args.label);
    if (request.kind === 'retry')
      throw new PlanError('not_supported', `a running plan takes no ${request.kind}`);
    if (!(await this.#deps.requests.claim(request.id))) return null;
    const by = askerOf(request);
    const { decision = '', choice = '' } = args;
    if (request.kind === 'mark') await this.#mark(request.args as unknown as MarkArgs);
    else if (request.kind === 'answer')
      await answerDecision(this.#deps.journal, { planId: request.plan_id, decision, choice, by });
    else await this.#deps.settleSettings(request.kind === 'approve', by);
    return { ok: true, ...this.#deps.standing() };
  }

  async #mark({ checkpoint_id, ...mark }: MarkArgs): Promise<void> {
    await markCheckpoint(this.#deps.journal, this.#deps.checkpoints, checkpoint_id, mark);
  }

  async #checkpoint(request: PlanRequest, label: string | undefined): Promise<JsonObject | null> {
    const { requests, window, processes } = this.#deps;
    const busy = this.#describeWindow();
    if (busy) await requests.setProgress(request.id, busy);
    return await window.between(async () => {
      const gone = processes.liveness(request.asker) === 'gone';
      if (gone) await requests.withdraw(request.id);
      if (gone || !(await requests.claim(request.id))) return null;
      const context = { planId: request.plan_id, ...(label === undefined ? {} : { label }) };
      const checkpoint = await this.#deps.createCheckpoint(context);
      return { ok: true, checkpoint: checkpoint as unknown as Json };
    });
  }

  #describeWindow(): string | null {
    const { holder } = this.#deps.window;
    if (!holder) return null;
    const number = this.#deps.lastCheckpointNumber();
    const before = number === null ? '' : `; its state before is checkpoint ${number}`;
    return `queued: step ${holder.step_id} (${holder.tool}) writes since ${holder.since.slice(11, 19)}${before}`;
  }
}

function refusalOf(thrown: unknown): JsonObject {
  const known = thrown instanceof AgentsError ? thrown : null;
  const more = { exit_code: known?.exitCode ?? 70, next_steps: known?.nextSteps ?? [] };
  return { ok: false, error: { ...toErrorValue(thrown), ...more } } as JsonObject;
}

function askerOf(request: PlanRequest): string {
  return `pid ${request.asker.pid}`;
}
