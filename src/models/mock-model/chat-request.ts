import type { Json, JsonObject } from '../../domain/json.ts';

/** What is read of a request of OpenAI's chat protocol. */
export interface ChatRequest {
  readonly model: string;
  readonly streams: boolean;
  /** The usage is wanted at a stream's end. */
  readonly wantsUsage: boolean;
  /** How many replies the conversation has so far. */
  readonly turn: number;
  /** What was last said to the model. */
  readonly heard: string;
  /** All of the conversation, as characters: what its tokens are guessed from. */
  readonly length: number;
}

/** Null: it is none. */
export function readChatRequest(body: string): ChatRequest | null {
  const request = parse(body);
  const messages = request?.['messages'];
  if (!request || !Array.isArray(messages)) return null;
  const all = (messages as readonly Json[]).filter(isObject);
  const last = all.findLast(({ role }) => role === 'user' || role === 'tool');
  const options = request['stream_options'] ?? null;
  return {
    model: typeof request['model'] === 'string' ? request['model'] : 'scripted',
    streams: request['stream'] === true,
    wantsUsage: isObject(options) && options['include_usage'] === true,
    turn: all.filter(({ role }) => role === 'assistant').length,
    heard: textOf(last?.['content'] ?? ''),
    length: JSON.stringify(messages).length,
  };
}

function parse(body: string): JsonObject | null {
  try {
    const value = JSON.parse(body) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A content is a text, or parts with texts. */
function textOf(content: Json): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly Json[])
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
