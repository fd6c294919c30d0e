import { describe } from 'vitest';
import { languageModelsContract } from '../../contract/language-models.contract.ts';
import { openMockModels } from '../../support/mock-models.ts';

describe.each(['mine', 'openai', 'ollama'])('the models of %s, scripted', (provider) => {
  languageModelsContract(async (script) => await openMockModels(script, provider));
});
