import type { ModelUsage } from '../ports/language-models.ts';
import type { ModelPrice } from '../ports/model-settings.ts';

const MILLION = 1_000_000;
/** Sums of fractions end in noise: nine digits behind the point are kept. */
const DIGITS = 9;

/** What a reply cost; null where the provider doesn't say what it took. */
export function tokenCost(price: ModelPrice, usage: ModelUsage): number | null {
  if (usage.input_tokens === null && usage.output_tokens === null) return null;
  const input = usage.input_tokens ?? 0;
  const cached = Math.min(usage.cached_tokens ?? 0, input);
  const sum =
    (input - cached) * price.input +
    cached * (price.cached ?? price.input) +
    (usage.output_tokens ?? 0) * price.output;
  return Number((sum / MILLION).toFixed(DIGITS));
}
