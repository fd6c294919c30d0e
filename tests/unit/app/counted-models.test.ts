import { describe, expect, it } from 'vitest';
import { CountedModels } from '../../../src/app/counted-models.ts';
import type { ModelRequest } from '../../../src/ports/language-models.ts';
import { ScriptedModels } from '../../support/scripted-models.ts';

const request = (): ModelRequest => ({
  model: 'scripted/one',
  system: null,
  messages: [],
  tools: [],
  answer: null,
  signal: new AbortController().signal,
  onText: () => undefined,
});

describe('models that are counted', () => {
  it('Given replies, then tokens and costs add up', async () => {
    const models = new CountedModels(
      new ScriptedModels([{ say: 'a' }], { price: { input: 1e6, output: 2e6 } }),
    );
    expect(models.costs).toEqual({ replies: 0, input_tokens: 0, output_tokens: 0, cost: 0 });
    expect((await models.reply(request())).text).toBe('a');
    await models.reply(request());
    expect(models.costs).toEqual({ replies: 2, input_tokens: 20, output_tokens: 10, cost: 40 });
    expect(await models.find(null)).toBe('scripted/model');
    expect(models.resultMessage([]).role).toBe('tool');
  });

  it('Given a provider that does not say it once, or no price, then the sum is not known', async () => {
    const models = new CountedModels(new ScriptedModels([{ say: 'a', usage: { input_tokens: null } }]));
    await models.reply(request());
    expect(models.costs).toEqual({ replies: 1, input_tokens: null, output_tokens: 5, cost: null });
  });
});
