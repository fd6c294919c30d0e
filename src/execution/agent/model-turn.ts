import * as z from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import { MODEL_TOOL } from '../../domain/model-replies.ts';
import type { ToolCallState } from '../../domain/plan-state.ts';
import { ProseLines } from '../../domain/prose.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { LanguageModels, ModelCall, ModelMessage, ModelUsage } from '../../ports/language-models.ts';
import type { Tool } from '../../ports/tool.ts';
import { internalize } from '../../tools/externalize.ts';

/**
 * A reply with what was said to the model since the one before it: the result of a call of `model.reply`. A conversation is these,
 * one after the other; so it goes with the state, back and forth.
 */
export interface ModelTurn {
  /** `provider/name`. */
  readonly model: string;
  readonly text: string;
  readonly finish: string;
  readonly usage: ModelUsage;
  /** In the currency of the settings' prices; null: they name none. */
  readonly cost: number | null;
  /** What it asks for; the arguments stand in the message. */
  readonly calls: readonly Omit<ModelCall, 'input'>[];
  /** Messages that came before it. */
  readonly before: readonly ModelMessage[];
  readonly message: ModelMessage;
  /** The last rollback that the model knows of. */
  readonly rollback: string | null;
}

/** What a model is asked with. */
export interface ModelQuestion {
  readonly model: string;
  readonly system: string;
  /** The conversation so far. */
  readonly said: readonly ModelMessage[];
  /** What is said to it now. */
  readonly before: readonly ModelMessage[];
  readonly tools: readonly Tool[];
  readonly answer: JsonObject | null;
  readonly rollback: string | null;
}

/** One question as a call that the tool runner records. Messages are stored as texts, so that the rest stays readable beside long ones. */
export function askModel(models: LanguageModels, question: ModelQuestion): Tool {
  const { model, system, said, before, tools, answer, rollback } = question;
  return {
    name: MODEL_TOOL,
    summary: 'Ask a model',
    effect: 'read',
    openWorld: true,
    input: z.unknown(),
    output: z.unknown(),
    paths: () => [],
    async run(_, { signal, write }) {
      const lines = new ProseLines();
      const reply = await models.reply({
        model,
        system,
        messages: [...said, ...before],
        tools: tools.map(toModelTool),
        answer,
        signal,
        onText: (text) => write('stdout', lines.take(text)),
      });
      write('stdout', lines.end());
      return {
        model,
        text: reply.text,
        finish: reply.finish,
        usage: { ...reply.usage },
        cost: models.cost(model, reply.usage),
        calls: reply.calls.map(({ id, name, fault }) => ({ id, name, fault })),
        before: JSON.stringify(before),
        message: JSON.stringify(reply.message),
        rollback,
      };
    },
  };
}

function toModelTool({ name, summary, input, openWorld }: Tool): {
  readonly name: string;
  readonly description: string;
  readonly input: JsonObject;
} {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const description = openWorld ? `${summary}. What it does outside the folder can't be undone.` : summary;
  return { name, description, input: schema };
}

/** @throws StorageError */
export async function readTurn({ result }: ToolCallState, blobs: BlobStore): Promise<ModelTurn> {
  const stored = (await internalize(result, blobs)) as unknown as ModelTurn & {
    readonly before: string;
    readonly message: string;
  };
  return {
    ...stored,
    before: JSON.parse(stored.before) as readonly ModelMessage[],
    message: JSON.parse(stored.message) as ModelMessage,
  };
}

/** The calls of a reply with their arguments. */
export function callsOfTurn({ calls, message }: ModelTurn): readonly ModelCall[] {
  const parts = Array.isArray(message.content) ? (message.content as readonly JsonObject[]) : [];
  return calls.map((call) => {
    const part = parts.find(({ type, toolCallId }) => type === 'tool-call' && toolCallId === call.id);
    return { ...call, input: part?.['input'] ?? null };
  });
}

const MAX_TEXT = 16_000;
const HEAD = 12_000;
const MAX_VALUE = 48_000;

/** A result as a model is told it: what is long is cut in the middle, since every word of it is paid for again with each reply. */
export function forModel(value: Json): Json {
  const cut = cutTexts(value);
  const text = JSON.stringify(cut);
  return text.length <= MAX_VALUE ? cut : { cut: true, json: cutText(text) };
}

function cutTexts(value: Json): Json {
  if (typeof value === 'string') return cutText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(cutTexts);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutTexts(item as Json)]));
}

function cutText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const left = text.length - MAX_TEXT;
  return `${text.slice(0, HEAD)}\n[... ${left} characters left out ...]\n${text.slice(HEAD - MAX_TEXT)}`;
}
