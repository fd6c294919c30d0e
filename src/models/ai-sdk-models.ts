import type { ModelMessage as SdkMessage, Output, StepResult, TextStreamPart, ToolSet } from 'ai';
import type { JsonObject } from '../domain/json.ts';
import type {
  LanguageModels,
  ModelCallResult,
  ModelMessage,
  ModelReply,
  ModelRequest,
  ModelUsage,
} from '../ports/language-models.ts';
import type { ModelSettings } from '../ports/model-settings.ts';
import { isClosed } from './closed-schema.ts';
import { findModel, type Environment } from './find-provider.ts';
import { cutOff, toModelFailure } from './model-failure.ts';
import { loadPackage, MODEL_PACKAGES, openModel, type ModelPackages } from './open-model.ts';
import { readReply } from './read-reply.ts';
import { resultMessage } from './result-message.ts';
import { tokenCost } from './token-cost.ts';
import { wireName } from './wire-names.ts';

const MAX_RETRIES = 2;

/** What providers are told beside the conversation; each hears its own only. */
const providerOptions = (answer: JsonObject | null) => ({
  // A conversation is read again with each request: what was read before costs a tenth.
  anthropic: { cacheControl: { type: 'ephemeral' } },
  // The conversation is ours to keep: it must go on after a rollback, or in a year.
  openai: { store: false, strictJsonSchema: isClosed(answer) },
});

export interface AiSdkOptions {
  readonly settings: ModelSettings;
  /** Keys and addresses come from here. */
  readonly env: Environment;
  readonly packages?: ModelPackages;
  readonly fetch?: typeof globalThis.fetch;
}

/** Language models over the AI SDK: one request, one reply. It never runs a tool. */
export class AiSdkModels implements LanguageModels {
  readonly #settings: ModelSettings;
  readonly #env: Environment;
  readonly #packages: ModelPackages;
  readonly #fetch: typeof globalThis.fetch;

  constructor({ settings, env, packages = MODEL_PACKAGES, fetch = globalThis.fetch }: AiSdkOptions) {
    this.#settings = settings;
    this.#env = env;
    this.#packages = packages;
    this.#fetch = fetch;
  }

  async find(name: string | null): Promise<string> {
    const model = findModel(name, this.#settings, this.#env);
    await openModel(model, this.#packages, this.#fetch);
    return model.full;
  }

  async reply(request: ModelRequest): Promise<ModelReply> {
    const model = findModel(request.model, this.#settings, this.#env);
    const opened = await openModel(model, this.#packages, this.#fetch);
    const sdk = await loadPackage(this.#packages, 'ai');
    request.signal.throwIfAborted();
    // Else it writes what it doesn't like about a request to the screen.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    try {
      const stream = sdk.streamText({
        model: opened,
        ...(request.system === null ? {} : { instructions: request.system }),
        messages: toSend(request.messages),
        allowSystemInMessages: true,
        ...toolsOf(request, sdk),
        ...outputOf(request.answer, sdk),
        providerOptions: providerOptions(request.answer),
        maxRetries: MAX_RETRIES,
        abortSignal: request.signal,
        // Its own would print them; they come as parts of the stream as well.
        onError: () => undefined,
      });
      await hear(stream.stream, request);
      return readWhole(await stream.finalStep, request);
    } catch (error) {
      request.signal.throwIfAborted();
      throw error instanceof CutOff ? cutOff(model) : toModelFailure(model, error);
    }
  }

  resultMessage(results: readonly ModelCallResult[]): ModelMessage {
    return resultMessage(results);
  }

  cost(model: string, usage: ModelUsage): number | null {
    const price = this.#settings.prices.get(model);
    return price === undefined ? null : tokenCost(price, usage);
  }
}

/** The stream ended before the reply did. */
class CutOff extends Error {}

type Sdk = Awaited<ReturnType<ModelPackages['ai']>>;

/**
 * A reply without content has nothing to be read again, and providers refuse it; many also refuse a word of the system once
 * the conversation has begun: it comes as one of the user.
 */
function toSend(messages: readonly ModelMessage[]): SdkMessage[] {
  const begun = messages.findIndex(({ role }) => role !== 'system');
  return messages
    .map((one, index) => (one.role === 'system' && index > begun ? { ...one, role: 'user' } : one))
    .filter(({ content }) => !Array.isArray(content) || content.length > 0) as never;
}

/** None has an `execute`: a reply is stored before its tools run. */
function toolsOf({ tools }: ModelRequest, { jsonSchema, tool }: Sdk): { tools?: ToolSet } {
  if (tools.length === 0) return {};
  const entries = tools.map(({ name, description, input }) => [
    wireName(name),
    tool({ description, inputSchema: jsonSchema(input) }),
  ]);
  return { tools: Object.fromEntries(entries) as ToolSet };
}

function outputOf(
  answer: JsonObject | null,
  { jsonSchema, Output }: Sdk,
): { output?: Output.Output<unknown, unknown> } {
  return answer === null ? {} : { output: Output.object({ schema: jsonSchema(answer) }) as never };
}

async function hear(stream: AsyncIterable<TextStreamPart<ToolSet>>, request: ModelRequest): Promise<void> {
  for await (const part of stream) {
    if (part.type === 'text-delta') request.onText(part.text);
    else if (part.type === 'error') throw part.error;
    else if (part.type === 'abort') request.signal.throwIfAborted();
  }
}

/** Ends that are no end where the provider gave no word for them: the connection was cut. */
const NO_ENDS: ReadonlySet<string> = new Set(['interrupted', 'error', 'other']);

/** @throws CutOff */
function readWhole(
  step: Pick<StepResult<ToolSet>, 'rawFinishReason'> & Parameters<typeof readReply>[0],
  request: ModelRequest,
): ModelReply {
  if (step.rawFinishReason === undefined && NO_ENDS.has(step.finishReason)) throw new CutOff();
  return readReply(step, request.tools);
}
