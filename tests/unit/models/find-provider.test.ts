import { describe, expect, it } from 'vitest';
import { findModel } from '../../../src/models/find-provider.ts';
import { settingsOf } from '../../support/mock-models.ts';

const find = (name: string | null, env = {}, settings = settingsOf()) => findModel(name, settings, env);
const failureOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('finding a model', () => {
  it.each([
    ['anthropic/claude', { ANTHROPIC_API_KEY: 'k' }, { kind: 'anthropic', url: null, key: 'k' }],
    [
      'anthropic/claude',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://proxy/v1' },
      { url: 'https://proxy/v1' },
    ],
    ['openai/gpt', { OPENAI_API_KEY: ' k\n' }, { kind: 'openai', url: null, key: 'k' }],
    ['openai/gpt', { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, { url: 'http://127.0.0.1:9/v1', key: null }],
    ['google/gemini', { GOOGLE_GENERATIVE_AI_API_KEY: 'k' }, { kind: 'google', key: 'k' }],
    [
      'ollama/library/qwen3:8b',
      {},
      { kind: 'compatible', name: 'library/qwen3:8b', url: 'http://127.0.0.1:11434/v1', key: null },
    ],
    ['lmstudio/x', {}, { url: 'http://127.0.0.1:1234/v1' }],
    ['vllm/x', {}, { url: 'http://127.0.0.1:8000/v1' }],
  ])('Given %s and %j, When it is found, Then it is %j', (name, env, found) => {
    expect(find(name, env)).toMatchObject({ full: name, ...found });
  });

  it('Given providers of the settings, When one is named, Then its address and key are theirs', () => {
    const settings = settingsOf({
      corp: { url: 'https://models.corp/v1', key: 'CORP_PASS' },
      google: { url: 'http://localhost:1/v1beta' },
      anthropic: { key: 'SECOND_KEY' },
    });
    expect(find('corp/big', { CORP_PASS: 'p' }, settings)).toMatchObject({
      kind: 'compatible',
      url: 'https://models.corp/v1',
      key: 'p',
    });
    expect(find('google/x', {}, settings)).toMatchObject({ kind: 'google', key: null });
    expect(find('anthropic/x', { ANTHROPIC_API_KEY: 'a', SECOND_KEY: 'b' }, settings)).toMatchObject({
      key: 'b',
    });
  });

  it('Given no name, When a model is looked for, Then it is the default', () => {
    expect(find(null, {}, settingsOf({}, { default: 'ollama/x' }))).toMatchObject({ full: 'ollama/x' });
    expect(failureOf(() => find(null))).toMatchObject({ code: 'no_model', exitCode: 1 });
  });

  it.each([
    ['claude', /names no model/, /provider\/name/],
    ['/x', /names no model/, /provider\/name/],
    ['ollama/', /names no model/, /anthropic, openai, google/],
    ['antropic/x', /no provider "antropic"/, /did you mean anthropic\?/],
    ['corpp/x', /no provider "corpp"/, /did you mean corp\?/],
    ['zzzzzzzzzzzz/x', /no provider/, /^providers: .*corp/],
  ])('Given the name %s, When it is looked for, Then the fault is told', (name, message, hint) => {
    expect(failureOf(() => find(name, {}, settingsOf({ corp: { url: 'http://x' } })))).toMatchObject({
      code: 'unknown_model_provider',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it.each([
    ['anthropic/x', {}, 'ANTHROPIC_API_KEY'],
    ['openai/x', { OPENAI_API_KEY: '  ' }, 'OPENAI_API_KEY'],
    ['openai/x', { OPENAI_BASE_URL: 'https://elsewhere' }, 'OPENAI_API_KEY'],
    ['google/x', {}, 'GOOGLE_GENERATIVE_AI_API_KEY'],
    ['corp/x', {}, 'CORP_PASS'],
  ])('Given %s without its key, When it is found, Then the variable is named', (name, env, variable) => {
    const settings = settingsOf({ corp: { url: 'https://models.corp', key: 'CORP_PASS' } });
    expect(failureOf(() => find(name, env, settings))).toMatchObject({
      code: 'model_key_missing',
      exitCode: 5,
      message: expect.stringContaining(variable),
      nextSteps: [expect.stringContaining(`export ${variable}=`)],
    });
  });
});
