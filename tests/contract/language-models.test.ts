import { describe, expect, it } from 'vitest';
import { ScriptedModels } from '../support/scripted-models.ts';
import { aRequest, languageModelsContract } from './language-models.contract.ts';

describe('scripted models', () => {
  languageModelsContract(async (script) => ({
    models: new ScriptedModels(script),
    model: 'scripted/model',
    [Symbol.asyncDispose]: async () => {},
  }));

  it('Given a failure that comes once, When the model is asked twice, Then the second reply is paid for', async () => {
    const models = new ScriptedModels([{ say: 'x', fail: { status: 500, message: 'down', times: 1 } }]);
    await expect(models.reply(aRequest('scripted/model'))).rejects.toMatchObject({ code: 'model_failed' });
    expect(models.paid).toBe(0);
    expect((await models.reply(aRequest('scripted/model'))).text).toBe('x');
    expect(models).toMatchObject({ paid: 1, requests: { length: 2 } });
  });

  it('Given a price, When the cost is asked for, Then it is what the tokens cost', async () => {
    const models = new ScriptedModels([], { price: { input: 3, output: 15, cached: 0.3 } });
    const usage = { input_tokens: 1000, output_tokens: 100, cached_tokens: 400 };
    expect(models.cost('scripted/model', usage)).toBe(0.00342);
    expect(new ScriptedModels([]).cost('scripted/model', usage)).toBeNull();
  });
});
