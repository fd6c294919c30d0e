import { subjectOf } from '../domain/permissions.ts';
import type { JsonObject } from '../domain/json.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import { MODEL_TOOL } from '../domain/model-replies.ts';
import { PROPOSE_TOOL } from '../planners/model/propose-tool.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { ModelCosts } from './counted-models.ts';

const VERBS: Readonly<Record<string, string>> = {
  'fs.read': 'reads',
  'fs.glob': 'looks for',
  'fs.grep': 'searches for',
};

/** Says what a planning model is at, and how many tokens it took so far. */
export class PlanningProgress implements EventListener {
  readonly #say: (message: string) => void;
  readonly #costs: () => ModelCosts;

  constructor(say: (message: string) => void, costs: () => ModelCosts) {
    this.#say = say;
    this.#costs = costs;
  }

  onEvent(event: PlanEvent): void {
    if (event.type !== 'tool.started') return;
    const { input_tokens, output_tokens } = this.#costs();
    const tokens = (input_tokens ?? 0) + (output_tokens ?? 0);
    const what = wordsFor(event.payload.tool, event.payload.input as JsonObject);
    this.#say(tokens === 0 ? what : `${what} (${tokens} tokens so far)`);
  }
}

function wordsFor(tool: string, input: JsonObject): string {
  if (tool === MODEL_TOOL) return 'the model thinks';
  if (tool === PROPOSE_TOOL) return 'its plan is checked';
  const what = typeof input['pattern'] === 'string' ? input['pattern'] : subjectOf(input);
  return `${VERBS[tool] ?? tool} ${what}`;
}
