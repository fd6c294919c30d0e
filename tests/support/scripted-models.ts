import { setImmediate as turnOfEvents } from 'node:timers/promises';
import { PlanError } from '../../src/domain/errors.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { pickReply } from '../../src/models/mock-model/pick-reply.ts';
import { resultMessage } from '../../src/models/result-message.ts';
import { tokenCost } from '../../src/models/token-cost.ts';
import { wireName } from '../../src/models/wire-names.ts';
import type {
  LanguageModels,
  ModelCall,
  ModelCallResult,
  ModelMessage,
  ModelReply,
  ModelRequest,
  ModelUsage,
} from '../../src/ports/language-models.ts';
import type { ModelPrice } from '../../src/ports/model-settings.ts';

export interface ScriptedCall {
  readonly tool: string;
  readonly with?: Json;
  /** Default: `call-TURN-INDEX`, from 1: the same at every run. */
  readonly id?: string;
  /** What it sent can't be read as arguments. */
  readonly fault?: string;
}

export interface ScriptedReply {
  readonly say?: string;
  readonly calls?: readonly ScriptedCall[];
  /** Default: 10 in, 5 out. */
  readonly usage?: Partial<ModelUsage>;
  /** Default: `tool-calls` with calls, else `stop`. */
  readonly finish?: string;
  /** The request fails, each time that it comes to this, or as often as `times` says. */
  readonly fail?: { readonly status: number; readonly message: string; readonly times?: number };
  /** The reply stops here, after its text and before it is given, until this settles or the request is aborted. */
  readonly held?: Promise<unknown>;
  /** Picks among alternatives (`pickReply`). */
  readonly when?: { readonly contains: string };
}

export interface ScriptedOptions {
  /** `provider/name` of `models.default`; null: none is set. */
  readonly model?: string | null;
  readonly price?: ModelPrice;
  /** What each request is told to, before anything else: throw to break off. */
  readonly onRequest?: (request: ModelRequest) => void | Promise<void>;
}

/**
 * Language models in this process, for tests: they say what a script says. Which reply comes is told by the number of
 * assistant messages in the request alone, as with `agents dev mock-model`.
 */
export class ScriptedModels implements LanguageModels {
  /** All requests so far, also failed ones; a copy of what was sent. */
  readonly requests: ModelRequest[] = [];
  /** How many replies were given whole: what a person would have paid for. */
  paid = 0;
  /** Called as soon as a request stands still at `held`. */
  onHeld: () => void = () => {};
  readonly #replies: readonly ScriptedReply[];
  readonly #options: ScriptedOptions;
  readonly #failed = new Map<ScriptedReply, number>();

  constructor(replies: readonly ScriptedReply[], options: ScriptedOptions = {}) {
    this.#replies = replies;
    this.#options = options;
  }

  async find(name: string | null): Promise<string> {
    await turnOfEvents();
    const model = name ?? (this.#options.model === undefined ? 'scripted/model' : this.#options.model);
    if (model === null) throw new PlanError('no_model', 'no model is named, and none is set');
    if (!model.startsWith('scripted/'))
      throw new PlanError('unknown_model_provider', `there is no provider of models as in "${model}"`);
    return model;
  }

  async reply(request: ModelRequest): Promise<ModelReply> {
    const { onText, signal, ...sent } = request;
    this.requests.push({ ...structuredClone(sent), onText, signal });
    await this.#options.onRequest?.(request);
    await turnOfEvents();
    signal.throwIfAborted();
    const turn = request.messages.filter(({ role }) => role === 'assistant').length;
    const reply = pickReply(this.#replies, turn, lastHeard(request.messages)) ?? {
      say: `The script has no reply for turn ${turn + 1}.`,
    };
    this.#failIfAsked(reply);
    for (const piece of reply.say?.match(/\S*\s*/gu) ?? []) if (piece !== '') onText(piece);
    if (reply.held !== undefined) await this.#hold(reply.held, signal);
    signal.throwIfAborted();
    this.paid += 1;
    return toReply(reply, turn);
  }

  resultMessage(results: readonly ModelCallResult[]): ModelMessage {
    return resultMessage(results);
  }

  cost(_model: string, usage: ModelUsage): number | null {
    return this.#options.price === undefined ? null : tokenCost(this.#options.price, usage);
  }

  #failIfAsked(reply: ScriptedReply): void {
    if (reply.fail === undefined) return;
    const failed = this.#failed.get(reply) ?? 0;
    if (failed >= (reply.fail.times ?? Infinity)) return;
    this.#failed.set(reply, failed + 1);
    throw new PlanError('model_failed', `the model could not be asked: HTTP ${reply.fail.status}`, {
      hint: reply.fail.message,
    });
  }

  async #hold(held: Promise<unknown>, signal: AbortSignal): Promise<void> {
    this.onHeld();
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await Promise.race([held, promise]);
  }
}

function toReply(reply: ScriptedReply, turn: number): ModelReply {
  const calls = (reply.calls ?? []).map((call, index): ModelCall => ({
    id: call.id ?? `call-${turn + 1}-${index + 1}`,
    name: call.tool,
    input: call.with ?? {},
    fault: call.fault ?? null,
  }));
  const text = reply.say ?? '';
  const parts: JsonObject[] = calls.map(({ id, name, input }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: wireName(name),
    input,
  }));
  if (text !== '') parts.unshift({ type: 'text', text });
  return {
    message: { role: 'assistant', content: parts },
    text,
    calls,
    finish: reply.finish ?? (calls.length > 0 ? 'tool-calls' : 'stop'),
    usage: { input_tokens: 10, output_tokens: 5, cached_tokens: null, ...reply.usage },
  };
}

/** What was last said to the model, as text to look for words in. */
function lastHeard(messages: readonly ModelMessage[]): string {
  const last = messages.findLast(({ role }) => role === 'user' || role === 'tool');
  if (last === undefined) return '';
  return typeof last.content === 'string' ? last.content : JSON.stringify(last.content);
}
