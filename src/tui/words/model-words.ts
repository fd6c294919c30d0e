import { modelUse, type ModelUse } from '../../domain/model-replies.ts';
import type { ReadableState } from '../../domain/plan-state.ts';

/** `4 replies, 895 tokens in, 152 out, cost 0.012`; empty if no model was asked. */
export function modelWords(plans: Iterable<ReadableState>): string {
  const use = modelUse(plans);
  if (use.replies === 0) return '';
  const cost = use.cost === null ? '' : `, cost ${costText(use.cost)}`;
  return `${use.replies} ${use.replies === 1 ? 'reply' : 'replies'}, ${use.input_tokens} tokens in, ${use.output_tokens} out${cost}`;
}

/** The same for a row that has little room: `1.2k tokens`. */
export function tokenWords(plans: Iterable<ReadableState>): string {
  const { input_tokens, output_tokens, cost, replies }: ModelUse = modelUse(plans);
  if (replies === 0) return '';
  const tokens = `${countText(input_tokens + output_tokens)} tokens`;
  return cost === null || cost === 0 ? tokens : `${tokens} ${costText(cost)}`;
}

const countText = (count: number): string =>
  count < 1000
    ? String(count)
    : count < 1_000_000
      ? `${(count / 1000).toFixed(1)}k`
      : `${(count / 1_000_000).toFixed(1)}M`;

/** Two digits that say something, also of a fraction of a cent. */
const costText = (cost: number): string =>
  cost >= 1 ? cost.toFixed(2) : String(Number(cost.toPrecision(2)));
