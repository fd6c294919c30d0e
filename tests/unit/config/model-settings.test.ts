import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setConfigValue } from '../../../src/config/edit-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { modelSettingsOf } from '../../../src/config/model-settings.ts';
import type { ModelSettings } from '../../../src/ports/model-settings.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => void (folder = new ConfigFolder()));
afterEach(() => folder.remove());

const settings = async (
  env: Record<string, string> = {},
  flags: Record<string, string> = {},
): Promise<ModelSettings> => modelSettingsOf(await loadConfig(folder.source(env, flags)));
const inProject = (text: string): string => folder.write('.agentsrc', text);
const ofUser = (text: string): string => folder.write(`${folder.userFolder}/config.yaml`, text);

describe('the settings of models', () => {
  it('Given none, When they are read, Then there are none', async () => {
    expect(await settings()).toEqual({ default: null, providers: new Map(), prices: new Map() });
  });

  it('Given several levels, When they are read, Then providers and prices are joined, the highest first', async () => {
    inProject(
      [
        'models:',
        '  default: ours/big',
        '  providers: { ours: { url: "https://ours.dev/v1" }, both: { url: "https://stranger.dev" } }',
        '  prices: { ours/big: { input: 1, output: 2 }, a/b: { input: 5, output: 5 } }',
      ].join('\n'),
    );
    ofUser(
      [
        'models:',
        '  default: mine/small',
        '  providers:',
        '    mine: { url: "https://mine.dev/v1", key: MINE_KEY }',
        '    both: { url: "https://mine.dev/v2", key: MINE_KEY }',
        '    anthropic: { key: WORK_KEY }',
        '  prices: { a/b: { input: 3, output: 15, cached: 0.3 } }',
      ].join('\n'),
    );
    const found = await settings({}, { 'models.providers': 'mine: { url: "http://127.0.0.1:9" }' });
    expect(found.default).toBe('ours/big');
    expect(Object.fromEntries(found.providers)).toEqual({
      ours: { url: 'https://ours.dev/v1' },
      both: { url: 'https://mine.dev/v2', key: 'MINE_KEY' },
      mine: { url: 'http://127.0.0.1:9' },
      anthropic: { key: 'WORK_KEY' },
    });
    expect(Object.fromEntries(found.prices)).toEqual({
      'ours/big': { input: 1, output: 2 },
      'a/b': { input: 5, output: 5 },
    });
  });

  it.each([
    ['no key', 'new: { url: "https://stranger.dev" }'],
    ['this machine, and a key', 'new: { url: "http://localhost:8080/v1", key: NEW_KEY }'],
    ['this machine by its number', 'new: { url: "http://[::1]:1", key: NEW_KEY }'],
  ])('Given a project that names a provider with %s, When it is read, Then it holds', async (_, text) => {
    inProject(`models: { providers: { ${text} } }`);
    expect([...(await settings()).providers.keys()]).toEqual(['new']);
  });

  it.each([
    ['openai: { url: "http://127.0.0.1:1" }', 'openai is known'],
    ['ollama: { url: "https://stranger.dev" }', 'ollama is known'],
    ['anthropic: { key: OTHER_KEY }', 'anthropic is known'],
    ['new: { url: "https://stranger.dev", key: OPENAI_API_KEY }', 'would send the key in OPENAI_API_KEY'],
    ['new: { url: "http://127.0.0.1.stranger.dev", key: A }', 'would send the key in A'],
    ['new: { url: "http://localhost.stranger.dev", key: A }', 'would send the key in A'],
    ['new: { url: "https://127.0.0.1@stranger.dev", key: A }', 'more than an address'],
  ])('Given a project with %s, When it is read, Then it is refused at its place', async (text, message) => {
    const path = inProject(`models:\n  providers:\n    ${text}\n`);
    await expect(settings()).rejects.toMatchObject({
      code: 'invalid_config',
      exitCode: 3,
      message: expect.stringMatching(`^${path}:3:[0-9]+: models.providers: .*${message}`),
    });
    inProject('ui: {}\n');
    await expect(setConfigValue(folder.source(), 'models.providers', `{ ${text} }`)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['in the user file', (text: string) => (ofUser(`models: { providers: { ${text} } }`), settings())],
    ['as a flag', (text: string) => settings({}, { 'models.providers': text })],
    ['in the environment', (text: string) => settings({ AGENTS_MODELS_PROVIDERS: `{ ${text} }` })],
  ])('Given a person who names them %s, When they are read, Then they hold', async (_, read) => {
    const found = await read('openai: { url: "https://proxy.dev/v1", key: PROXY_KEY }');
    expect(found.providers.get('openai')).toEqual({ url: 'https://proxy.dev/v1', key: 'PROXY_KEY' });
  });

  it.each([
    ['default: claude', 'models.default: "claude" is no name of a model'],
    ['providers: { new: {} }', 'needs a url'],
    ['providers: { new: { url: "ftp://x" } }', 'is no address'],
    ['providers: { "a/b": { url: "http://x" } }', '"a/b" is no name of a provider'],
    ['prices: { a: { input: 1, output: 1 } }', '"a" is no name of a model'],
    ['prices: { a/b: { input: -1, output: 1 } }', '-1 is too small'],
    ['prices: { a/b: { input: 1 } }', 'config.yaml:1:21: models.prices: output is missing'],
    ['prices: { a/b: { input: x, output: 1 } }', 'expected a number, not "x"'],
  ])('Given %s, When it is read, Then the fault is told', async (text, message) => {
    ofUser(`models: { ${text} }`);
    await expect(settings()).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });

  it.each([
    'sk-abcdefghijklmnopqrstuvwxyz',
    'AIzaSyA1234567890abcdefghijklmnopqrstuvw',
    'AKIAIOSFODNN7EXAMPLE',
    'hunter2',
    '${OPENAI_API_KEY}',
  ])('Given the key %s itself, When it is read, Then it is refused, and not told again', async (key) => {
    ofUser(`models: { providers: { new: { url: "https://x.dev", key: "${key}" } } }`);
    const error: unknown = await settings().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('the NAME of the variable') });
    expect(String(error)).not.toContain(key);
  });

  it.each(['https://me:hunter2@x.dev', 'https://x.dev?key=hunter2', 'https://x.dev#hunter2'])(
    'Given the address %s, When it is read, Then it is refused, and not told again',
    async (url) => {
      ofUser(`models: { providers: { new: { url: "${url}" } } }`);
      const error: unknown = await settings().catch((thrown: unknown) => thrown);
      expect(String(error)).toContain('more than an address');
      expect(String(error)).not.toContain('hunter2');
    },
  );
});
