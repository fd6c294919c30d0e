import type { Json } from './json.ts';
import type { ReadableState, ToolCallState } from './plan-state.ts';

/** How a question to a model stands among the calls of a step. No document can call it. */
export const MODEL_TOOL = 'model.reply';

/** What a reply took; null: nobody says. */
export interface ReplyFacts {
  /** `provider/name`. */
  readonly model: string;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** In the currency of the settings' prices. */
  readonly cost: number | null;
}

/** What the result of a call of `model.reply` says of the reply; null if it is none. */
export function replyFacts(result: Json): ReplyFacts | null {
  if (typeof result !== 'object' || result === null || !('usage' in result)) return null;
  const { model, usage, cost } = result as unknown as ReplyFacts & { readonly usage: ReplyFacts };
  return { model, input_tokens: usage.input_tokens, output_tokens: usage.output_tokens, cost };
}

/** What the models of a plan have taken so far. */
export interface ModelUse {
  readonly replies: number;
  /** Of those replies whose provider says it. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** null: no price is known of one of them. */
  readonly cost: number | null;
}

type Calls = ReadableState['parts']['tool_calls'];
/** Of the calls of one plan, which are many and asked for each frame. */
const known = new WeakMap<Calls, ModelUse>();

/** The sum over plans, of what is in their state: what was rolled back is paid for too, but not counted. */
export function modelUse(plans: Iterable<ReadableState>): ModelUse {
  let all = NOTHING;
  for (const { parts } of plans) {
    const use = known.get(parts.tool_calls) ?? useOfCalls(parts.tool_calls);
    known.set(parts.tool_calls, use);
    all = add(all, use);
  }
  return all;
}

const NOTHING: ModelUse = { replies: 0, input_tokens: 0, output_tokens: 0, cost: 0 };

function useOfCalls(calls: Calls): ModelUse {
  let use = NOTHING;
  for (const [, { value }] of calls.entries()) {
    const { tool, status, result } = value as unknown as ToolCallState;
    const facts = tool === MODEL_TOOL && status === 'complete' ? replyFacts(result) : null;
    if (facts) use = add(use, { ...tokensOf(facts), replies: 1 });
  }
  return use;
}

const tokensOf = ({ input_tokens, output_tokens, cost }: ReplyFacts): Omit<ModelUse, 'replies'> => ({
  input_tokens: input_tokens ?? 0,
  output_tokens: output_tokens ?? 0,
  cost,
});

const add = (a: ModelUse, b: ModelUse): ModelUse => ({
  replies: a.replies + b.replies,
  input_tokens: a.input_tokens + b.input_tokens,
  output_tokens: a.output_tokens + b.output_tokens,
  cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
});
