import type { PlanEvent } from '../domain/plan-event.ts';
import type { EventListener, OutputLine } from '../ports/event-listener.ts';

/** Tells listeners what was committed. What one throws is recorded and hurts neither the plan nor the others. */
export class EventBus {
  readonly #listeners = new Set<EventListener>();
  readonly #failures: unknown[] = [];

  /** The last failures of listeners, newest last; at most 100. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  /** Returns a function that takes the listener off again. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emitEvent(event: PlanEvent): void {
    this.#tellEach((listener) => listener.onEvent?.(event));
  }

  emitOutput(line: OutputLine): void {
    this.#tellEach((listener) => listener.onOutput?.(line));
  }

  /** null as long as every listener has room for more output; else resolves when they have. */
  room(): Promise<void> | null {
    const waits = [...this.#listeners].flatMap((listener) => listener.room?.() ?? []);
    return waits.length === 0 ? null : Promise.all(waits).then(() => undefined);
  }

  emitWaiting(message: string): void {
    this.#tellEach((listener) => listener.onWaiting?.(message));
  }

  #tellEach(tell: (listener: EventListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch (thrown) {
        this.#failures.push(thrown);
        if (this.#failures.length > 100) this.#failures.shift();
      }
    }
  }
}
