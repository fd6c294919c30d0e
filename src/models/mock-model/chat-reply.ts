import type { JsonObject } from '../../domain/json.ts';
import type { ScriptedModelReply } from '../../ports/model-script.ts';
import { wireName } from '../wire-names.ts';
import type { ChatRequest } from './chat-request.ts';

/** Roughly, in English. */
const CHARACTERS_PER_TOKEN = 4;

/** A reply of OpenAI's chat protocol in one piece. */
export function wholeReply(reply: ScriptedModelReply, request: ChatRequest): JsonObject {
  const calls = callsOf(reply, request);
  const message = {
    role: 'assistant',
    content: reply.say === '' ? null : reply.say,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...head(request, 'chat.completion'),
    choices: [{ index: 0, message, finish_reason: finishOf(reply) }],
    usage: usageOf(reply, request),
  };
}

/** The same as the events of a stream: its text in pieces, each call in two. */
export function replyEvents(reply: ScriptedModelReply, request: ChatRequest): JsonObject[] {
  const event = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    ...head(request, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const texts = piecesOf(reply.say).map((content) => event({ content }));
  const calls = callsOf(reply, request).flatMap(({ function: called, ...call }, index) => {
    const begun = { ...call, index, function: { name: called.name, arguments: '' } };
    const given = { index, function: { arguments: called.arguments } };
    return [event({ tool_calls: [begun] }), event({ tool_calls: [given] })];
  });
  const events = [event({ role: 'assistant', content: '' }), ...texts, ...calls, event({}, finishOf(reply))];
  const usage = { ...head(request, 'chat.completion.chunk'), choices: [], usage: usageOf(reply, request) };
  return request.wantsUsage ? [...events, usage] : events;
}

/** Words, each with the space behind it. */
function piecesOf(text: string): string[] {
  return text.match(/\s*\S+\s*/gu) ?? (text === '' ? [] : [text]);
}

function head({ model, turn }: ChatRequest, object: string): JsonObject {
  return { id: `chatcmpl-${turn + 1}`, object, created: 0, model };
}

/** Its ids are the same each time that the conversation is at this turn. */
function callsOf({ calls }: ScriptedModelReply, { turn }: ChatRequest) {
  return calls.map((call, index) => ({
    id: `call_${turn + 1}_${index + 1}`,
    type: 'function',
    function: {
      name: wireName(call.tool),
      arguments: typeof call.with === 'string' ? call.with : JSON.stringify(call.with),
    },
  }));
}

function finishOf({ calls }: ScriptedModelReply): string {
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function usageOf({ usage, say, calls }: ScriptedModelReply, { length }: ChatRequest): JsonObject {
  const input = usage?.input ?? guessTokens(length);
  const output =
    usage?.output ?? guessTokens(say.length + (calls.length > 0 ? JSON.stringify(calls).length : 0));
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: usage?.cached ?? 0 },
  };
}

function guessTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
