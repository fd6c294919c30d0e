import type { ModelCallResult, ModelMessage } from '../ports/language-models.ts';
import { wireName } from './wire-names.ts';

/** The message that answers calls, as the AI SDK writes it. */
export function resultMessage(results: readonly ModelCallResult[]): ModelMessage {
  return {
    role: 'tool',
    content: results.map(({ call, output }) => ({
      type: 'tool-result',
      toolCallId: call.id,
      toolName: wireName(call.name),
      output: { type: output.kind === 'json' ? 'json' : 'error-json', value: output.value },
    })),
  };
}
