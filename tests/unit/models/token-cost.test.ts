import { expect, it } from 'vitest';
import { tokenCost } from '../../../src/models/token-cost.ts';

const price = { input: 3, output: 15 };

it.each([
  [{ input_tokens: 1_000_000, output_tokens: 1_000_000, cached_tokens: null }, price, 18],
  [{ input_tokens: 1000, output_tokens: 0, cached_tokens: 1000 }, { ...price, cached: 0.3 }, 0.0003],
  [{ input_tokens: 1000, output_tokens: null, cached_tokens: 400 }, price, 0.003],
  [{ input_tokens: 10, output_tokens: null, cached_tokens: 400 }, { ...price, cached: 0 }, 0],
  [{ input_tokens: null, output_tokens: 1, cached_tokens: null }, price, 0.000015],
  [{ input_tokens: null, output_tokens: null, cached_tokens: null }, price, null],
  [{ input_tokens: 3, output_tokens: 3, cached_tokens: 0 }, { input: 0.1, output: 0.2 }, 9e-7],
])('Given the usage %j at %j, When it is counted, Then it cost %j', (usage, price, cost) => {
  expect(tokenCost(price, usage)).toBe(cost);
});
