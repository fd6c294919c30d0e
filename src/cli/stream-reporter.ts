import type { JsonObject } from '../domain/json.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { Output } from './output.ts';

/** An event as `--json=stream` and `plan events --json` give it (docs/json.md). */
export function eventToJson(event: PlanEvent): JsonObject {
  const { plan_id, root_plan_id, seq, type, at } = event;
  return { plan_id, root_plan_id, seq, type, at, payload: event.payload as unknown as JsonObject };
}

/** One JSON line for each event, as it happens. */
export class StreamReporter implements EventListener {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  onEvent(event: PlanEvent): void {
    this.#output.print(JSON.stringify(eventToJson(event)));
  }
}
