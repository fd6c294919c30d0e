import type { Json, JsonObject } from '../domain/json.ts';

/** One message of a conversation, as the AI SDK writes it (`ModelMessage`) and kept so: providers want their own marks back. */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: Json;
  readonly providerOptions?: JsonObject;
}

/** A tool as a model is told of it. */
export interface ModelTool {
  /** Ours (`fs.write`); what goes over the wire is the adapter's affair, and never leaves it but in messages. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments: an object. */
  readonly input: JsonObject;
}

/** A call that a model asks for. */
export interface ModelCall {
  /** The model's own, to be named in the result. */
  readonly id: string;
  /** Our name of the tool; the model's word for it if it means none that it was told of. */
  readonly name: string;
  readonly input: Json;
  /** Why what it sent can't be read as arguments; null: it can. They are not checked against the tool. */
  readonly fault: string | null;
}

/** What a reply took, in tokens; null: the provider doesn't say. */
export interface ModelUsage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** Of the input, what the provider had read before. */
  readonly cached_tokens: number | null;
}

export interface ModelRequest {
  /** `provider/name`, as `find` gave it. */
  readonly model: string;
  readonly system: string | null;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  /** JSON Schema that the reply's text has to be JSON of; null: any text. */
  readonly answer: JsonObject | null;
  readonly signal: AbortSignal;
  /** Hears the text as it comes. */
  readonly onText: (text: string) => void;
}

export interface ModelReply {
  /** Of the assistant, with its calls. */
  readonly message: ModelMessage;
  readonly text: string;
  readonly calls: readonly ModelCall[];
  /** `stop`, `tool-calls`, `length`, `content-filter`, `error` or `other`. */
  readonly finish: string;
  readonly usage: ModelUsage;
}

/** What a tool gave, for the message that answers a call. */
export interface ModelCallResult {
  readonly call: ModelCall;
  readonly output: { readonly kind: 'json' | 'error'; readonly value: Json };
}

/** The language models that can be asked. One request, one reply: who asks runs the tools and asks again. */
export interface LanguageModels {
  /**
   * Sees to it that a model can be asked, and gives its full name. @param name null: `models.default`
   * @throws PlanError `unknown_model_provider`, `no_model`; WaitingError `model_key_missing`, `model_package_missing` naming what to do
   */
  find(name: string | null): Promise<string>;
  /**
   * Asks once, and again where the provider says to. A failed request leaves nothing behind.
   * @throws PlanError `model_failed` with what the provider said; the signal's reason if it is aborted
   */
  reply(request: ModelRequest): Promise<ModelReply>;
  /** The message that answers calls of a reply. */
  resultMessage(results: readonly ModelCallResult[]): ModelMessage;
  /** What tokens cost, in the currency of `models.prices`; null where the settings name no price. */
  cost(model: string, usage: ModelUsage): number | null;
}
