import * as z from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';

/** What a call gives to the steps behind it. */
export const mcpOutput = z.object({
  text: z.string().describe('all that it said in words, one block a line'),
  structured: z.any().describe('the structured result; null if it gave none'),
  content: z.array(z.any()).describe('all blocks as they came: text, image, audio, resource'),
});

/** The part of a result of the protocol that is kept. */
export interface McpResult {
  readonly content?: readonly unknown[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

export function toOutput({ content = [], structuredContent = null }: McpResult): JsonObject {
  const blocks = content as readonly JsonObject[];
  const words = blocks.flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' ? [text] : [],
  );
  return {
    text: words.join('\n'),
    structured: structuredContent as Json,
    content: blocks as readonly Json[] as Json,
  };
}
