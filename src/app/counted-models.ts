import type {
  LanguageModels,
  ModelCallResult,
  ModelMessage,
  ModelReply,
  ModelRequest,
  ModelUsage,
} from '../ports/language-models.ts';

/** What was asked of models so far, and what it took. */
export interface ModelCosts {
  readonly replies: number;
  /** null: a provider didn't say of each reply. */
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** In the currency of `models.prices`; null: not known of each reply. */
  readonly cost: number | null;
}

/** Language models that count what their replies take. */
export class CountedModels implements LanguageModels {
  readonly #models: LanguageModels;
  #costs: ModelCosts = { replies: 0, input_tokens: 0, output_tokens: 0, cost: 0 };

  constructor(models: LanguageModels) {
    this.#models = models;
  }

  get costs(): ModelCosts {
    return this.#costs;
  }

  find(name: string | null): Promise<string> {
    return this.#models.find(name);
  }

  async reply(request: ModelRequest): Promise<ModelReply> {
    const reply = await this.#models.reply(request);
    const { replies, input_tokens, output_tokens, cost } = this.#costs;
    this.#costs = {
      replies: replies + 1,
      input_tokens: sum(input_tokens, reply.usage.input_tokens),
      output_tokens: sum(output_tokens, reply.usage.output_tokens),
      cost: sum(cost, this.cost(request.model, reply.usage)),
    };
    return reply;
  }

  resultMessage(results: readonly ModelCallResult[]): ModelMessage {
    return this.#models.resultMessage(results);
  }

  cost(model: string, usage: ModelUsage): number | null {
    return this.#models.cost(model, usage);
  }
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
