import type { PlanId, Ulid } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { PlanRequest, RequestStore } from '../ports/request-store.ts';
import type { MemoryTables } from './memory-tables.ts';

/** Asks in memory. */
export class MemoryRequestStore implements RequestStore {
  readonly #requests: Map<Ulid, PlanRequest>;
  readonly #claimed = new Set<Ulid>();
  readonly #now: () => number;

  constructor({ requests }: Pick<MemoryTables, 'requests'>, now: () => number) {
    this.#requests = requests;
    this.#now = now;
  }

  async ask(request: PlanRequest): Promise<void> {
    this.#requests.set(request.id, request);
  }

  async pending(rootId: PlanId): Promise<readonly PlanRequest[]> {
    // A map keeps the order in which they came.
    return [...this.#requests.values()].filter(
      (one) => one.root_plan_id === rootId && one.answered_at === null,
    );
  }

  async read(id: Ulid): Promise<PlanRequest | null> {
    return this.#requests.get(id) ?? null;
  }

  async setProgress(id: Ulid, progress: string): Promise<void> {
    const request = this.#requests.get(id);
    if (request) this.#requests.set(id, { ...request, progress });
  }

  async claim(id: Ulid): Promise<boolean> {
    if (!this.#isFree(id)) return false;
    this.#claimed.add(id);
    return true;
  }

  async answer(id: Ulid, result: Json): Promise<boolean> {
    const request = this.#requests.get(id);
    if (!request || request.answered_at !== null) return false;
    this.#requests.set(id, { ...request, result, answered_at: new Date(this.#now()).toISOString() });
    return true;
  }

  async withdraw(id: Ulid): Promise<boolean> {
    return this.#isFree(id) && this.#requests.delete(id);
  }

  #isFree(id: Ulid): boolean {
    return this.#requests.get(id)?.answered_at === null && !this.#claimed.has(id);
  }
}
