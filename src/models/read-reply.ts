import type { StepResult, ToolSet } from 'ai';
import type { Json, JsonObject } from '../domain/json.ts';
import type { ModelCall, ModelMessage, ModelReply, ModelTool } from '../ports/language-models.ts';
import { nameFromWire, wireName } from './wire-names.ts';

type Step = Pick<
  StepResult<ToolSet>,
  'content' | 'text' | 'finishReason' | 'usage' | 'toolCalls' | 'response'
>;

/** So much of arguments that can't be read is told. */
const LONGEST = 200;

/** A reply as the port gives it. */
export function readReply(step: Step, tools: readonly ModelTool[]): ModelReply {
  const { inputTokens, outputTokens, inputTokenDetails } = step.usage;
  return {
    message: messageOf(step, tools),
    text: step.text.toWellFormed(),
    calls: step.toolCalls.map((call) => toCall(call, tools)),
    finish: step.finishReason,
    usage: {
      input_tokens: inputTokens ?? null,
      output_tokens: outputTokens ?? null,
      cached_tokens: inputTokenDetails.cacheReadTokens ?? null,
    },
  };
}

function toCall(call: Step['toolCalls'][number], tools: readonly ModelTool[]): ModelCall {
  const input = toJson(call.input);
  return { id: call.toolCallId, name: nameFromWire(call.toolName, tools), input, fault: faultOf(input) };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The SDK leaves arguments that are no JSON as the text that they are. */
function faultOf(input: Json): string | null {
  if (isObject(input)) return null;
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return `its arguments are no JSON object: ${shown}`;
}

/**
 * The assistant's message as it is sent again, with the provider's marks. Names of tools become legal ones and arguments an
 * object, whatever the model made of them: no provider takes back others.
 */
function messageOf(step: Step, tools: readonly ModelTool[]): ModelMessage {
  const message = step.response.messages.find(({ role }) => role === 'assistant');
  const parts = toJson(message?.content ?? []) as readonly JsonObject[];
  const content = parts.map((part) => {
    if (part['type'] !== 'tool-call') return part;
    const input = part['input'] as Json;
    return {
      ...part,
      toolName: wireName(nameFromWire(part['toolName'] as string, tools)),
      input: isObject(input) ? input : {},
    };
  });
  return { role: 'assistant', content };
}

/** Plain JSON: without what is undefined, and without halves of surrogate pairs, which models cut texts into. */
function toJson(value: unknown): Json {
  const text = JSON.stringify(value);
  return JSON.parse(
    text.replaceAll(/\\(?:ud[89a-f][0-9a-f]{2}|.)/gu, (escape) => (escape.length > 2 ? '\\ufffd' : escape)),
  ) as Json;
}
