import type { Attributes } from '@opentelemetry/api';
import type { Json, JsonObject } from '../domain/json.ts';
import * as names from './attribute-names.ts';

/** How a question to a model stands among the calls of a step. */
export const MODEL_TOOL = 'model.reply';

/** Words of the conventions for what we call otherwise; all else is called the same. */
const PROVIDERS: Readonly<Record<string, string>> = { google: 'gcp.gemini' };
const FINISHES: Readonly<Record<string, string>> = {
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
};

/** What is known of a model when it is asked. */
export interface AskedModel {
  /** Its name without the provider's; null where the call doesn't say. */
  readonly model: string | null;
  readonly attributes: Attributes;
}

/** @param input of the call: `model` is `provider/name` */
export function askedModel(input: Json): AskedModel {
  const full = textIn(input, 'model');
  if (full === null) return { model: null, attributes: {} };
  const slash = full.indexOf('/');
  const [provider, model] = [full.slice(0, Math.max(slash, 0)), full.slice(slash + 1)];
  const named = provider === '' ? {} : { [names.PROVIDER_NAME]: PROVIDERS[provider] ?? provider };
  return { model, attributes: { [names.REQUEST_MODEL]: model, ...named } };
}

/** What a reply took, and why it ended. */
export function replyAttributes(result: Json): Attributes {
  const usage = objectIn(result, 'usage');
  const finish = textIn(result, 'finish');
  return {
    ...numberAttribute(names.INPUT_TOKENS, usage['input_tokens']),
    ...numberAttribute(names.OUTPUT_TOKENS, usage['output_tokens']),
    ...numberAttribute(names.CACHED_TOKENS, usage['cached_tokens']),
    ...numberAttribute(names.MODEL_COST, isObject(result) ? result['cost'] : null),
    ...(finish !== null && { [names.FINISH_REASONS]: [FINISHES[finish] ?? finish] }),
  };
}

/** What was said to a model since its reply before this one, and what it said, as the conventions write messages. */
export function replyContent(result: Json): Attributes {
  const finish = textIn(result, 'finish') ?? '';
  const said = messagesIn(result, 'message') ?? [
    { role: 'assistant', parts: partsOf(textIn(result, 'text')) },
  ];
  const ended = said.map((message) => ({ ...message, finish_reason: FINISHES[finish] ?? finish }));
  const heard = messagesIn(result, 'before');
  return {
    ...(heard && { [names.INPUT_MESSAGES]: JSON.stringify(heard) }),
    [names.OUTPUT_MESSAGES]: JSON.stringify(ended),
  };
}

interface Message {
  readonly role: string;
  readonly parts: readonly JsonObject[];
}

/** Messages are recorded as a text of JSON. null where only the beginning of a long one is at hand. */
function messagesIn(result: Json, key: string): readonly Message[] | null {
  const read = readJson(textIn(result, key) ?? '');
  if (read === null) return null;
  return (Array.isArray(read) ? read : [read]).filter(isObject).map((message) => ({
    role: textIn(message, 'role') ?? '',
    parts: partsOf(message['content'] ?? null),
  }));
}

/** null also for what is none. */
function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // A secret that was taken out can take a quote with it.
    return null;
  }
}

function partsOf(content: Json): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  return Array.isArray(content) ? content.filter(isObject).map(partOf) : [];
}

function partOf(part: JsonObject): JsonObject {
  const called = { id: part['toolCallId'] ?? null };
  switch (part['type']) {
    case 'tool-call':
      return {
        type: 'tool_call',
        ...called,
        name: part['toolName'] ?? null,
        arguments: part['input'] ?? null,
      };
    case 'tool-result':
      return { type: 'tool_call_response', ...called, response: part['output'] ?? null };
    default:
      return { type: part['type'] ?? null, content: part['text'] ?? null };
  }
}

function numberAttribute(name: string, value: Json | undefined): Attributes {
  return typeof value === 'number' ? { [name]: value } : {};
}

function textIn(value: Json, key: string): string | null {
  const found = isObject(value) ? value[key] : null;
  return typeof found === 'string' ? found : null;
}

function objectIn(value: Json, key: string): JsonObject {
  const found = isObject(value) ? value[key] : null;
  return isObject(found ?? null) ? (found as JsonObject) : {};
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
