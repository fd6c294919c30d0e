import { describe, expect, it } from 'vitest';
import { AiSdkModels } from '../../../src/models/ai-sdk-models.ts';
import { MODEL_PACKAGES } from '../../../src/models/open-model.ts';
import { aRequest } from '../../contract/language-models.contract.ts';
import { settingsOf } from '../../support/mock-models.ts';
import {
  failed,
  startModelServer,
  streamed,
  type Answer,
  type ModelServer,
} from '../../support/model-server.ts';

const MODEL = 'mine/model';
const modelsAt = (server: Pick<ModelServer, 'url'>, key?: string): AiSdkModels =>
  new AiSdkModels({
    settings: settingsOf({ mine: { url: `${server.url}/v1`, ...(key ? { key } : {}) } }),
    env: { MINE_KEY: 'the-key-itself' },
  });

const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'model',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const call = (index: number, name: string, text: string): object =>
  chunk({ tool_calls: [{ index, id: `c${index}`, type: 'function', function: { name, arguments: text } }] });
const SAYS_HELLO = streamed([chunk({ content: 'Hello.' }), chunk({}, 'stop')]);

const failureOf = async (
  ...answers: readonly Answer[]
): Promise<{ error: { message: string; hint: string }; asked: number }> => {
  await using server = await startModelServer(...answers);
  const error: unknown = await modelsAt(server, 'MINE_KEY')
    .reply(aRequest(MODEL))
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'model_failed', exitCode: 1 });
  expect(JSON.stringify(error)).not.toContain('the-key-itself');
  return { error: error as { message: string; hint: string }, asked: server.heard.length };
};

describe('what a provider hears', () => {
  it('Given a request, When it is sent, Then the tools have legal names and nothing to run them', async () => {
    await using server = await startModelServer(SAYS_HELLO);
    const messages = [
      { role: 'system', content: 'Be careful.' },
      { role: 'user', content: 'Write it.' },
      { role: 'assistant', content: [] },
      { role: 'system', content: 'Two files were put back.' },
      { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
    ] as const;
    await modelsAt(server, 'MINE_KEY').reply(aRequest(MODEL, { messages }));
    expect(server.heard).toMatchObject([
      {
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer the-key-itself' },
        body: {
          model: 'model',
          stream: true,
          messages: [
            { role: 'system', content: 'Be short.' },
            { role: 'system', content: 'Be careful.' },
            { role: 'user', content: 'Write it.' },
            { role: 'user', content: 'Two files were put back.' },
            { role: 'user', content: 'Go on.' },
          ],
          tools: [{ function: { name: 'fs__write' } }, { function: { name: 'mcp__files__read_file' } }],
        },
      },
    ]);
  });

  it('Given no key, no system and no tools, When a request is sent, Then there are none', async () => {
    await using server = await startModelServer(SAYS_HELLO);
    await modelsAt(server).reply(aRequest(MODEL, { system: null, tools: [] }));
    expect(server.heard[0]?.headers.authorization).toBeUndefined();
    expect(server.heard[0]?.body).not.toHaveProperty('tools');
    expect(server.heard[0]?.body).toMatchObject({ messages: [{ role: 'user' }] });
  });

  it('Given an answer that is wanted as JSON, When it is sent, Then so is its schema', async () => {
    await using server = await startModelServer(
      streamed([chunk({ content: '{"ok":' }), chunk({ content: 'true}' }), chunk({}, 'stop')]),
    );
    const answer = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const heard: string[] = [];
    const reply = await modelsAt(server).reply(
      aRequest(MODEL, { answer, onText: (text) => void heard.push(text) }),
    );
    expect(reply.text).toBe('{"ok":true}');
    expect(heard.join('')).toBe('{"ok":true}');
    expect(server.heard[0]?.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { schema: answer } },
    });
  });

  it('Given an answer that is no JSON, When it comes, Then it is given as it is', async () => {
    await using server = await startModelServer(SAYS_HELLO);
    const reply = await modelsAt(server).reply(aRequest(MODEL, { answer: { type: 'object' } }));
    expect(reply.text).toBe('Hello.');
  });
});

describe('what a model replies', () => {
  const callsOf = async (...chunks: readonly object[]) => {
    await using server = await startModelServer(streamed([...chunks, chunk({}, 'tool_calls')]), SAYS_HELLO);
    const models = modelsAt(server);
    const request = aRequest(MODEL);
    const reply = await models.reply(request);
    // Whatever it was, the provider can be told of it again.
    const answer = models.resultMessage(
      reply.calls.map((asked) => ({ call: asked, output: { kind: 'error', value: 'no' } })),
    );
    await models.reply({ ...request, messages: [...request.messages, reply.message, answer] });
    return { calls: reply.calls, sentAgain: server.heard[1]?.body['messages'] as readonly object[] };
  };

  it('Given arguments that are no JSON, When they come, Then the call has a fault, and the others none', async () => {
    const { calls, sentAgain } = await callsOf(
      call(0, 'fs__write', '{"path": "a'),
      call(1, 'fs__write', '{"path":"b"}'),
    );
    expect(calls).toMatchObject([
      { name: 'fs.write', input: '{"path": "a', fault: 'its arguments are no JSON object: {"path": "a' },
      { name: 'fs.write', input: { path: 'b' }, fault: null },
    ]);
    expect(sentAgain).toMatchObject([
      {},
      {},
      {
        tool_calls: [
          { id: 'c0', function: { name: 'fs__write', arguments: '{}' } },
          { id: 'c1', function: { arguments: '{"path":"b"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c0' },
      { role: 'tool', tool_call_id: 'c1' },
    ]);
  });

  it.each([
    ['"fs"', 'fs'],
    ['[1]', [1]],
    ['null', null],
    ['7', 7],
    [`"${'x'.repeat(300)}"`, 'x'.repeat(300)],
  ])('Given the arguments %s, When they come, Then the call has a fault', async (text, input) => {
    const { calls, sentAgain } = await callsOf(call(0, 'fs__write', text));
    expect(calls).toMatchObject([
      { input, fault: expect.stringMatching(/^its arguments are no JSON object: /) },
    ]);
    expect(calls[0]?.fault?.length).toBeLessThan(260);
    expect(sentAgain[2]).toMatchObject({ tool_calls: [{ function: { arguments: '{}' } }] });
  });

  it('Given no arguments at all, When the call comes, Then they are an empty object', async () => {
    const { calls } = await callsOf(call(0, 'fs__write', ''));
    expect(calls).toMatchObject([{ name: 'fs.write', input: {}, fault: null }]);
  });

  it('Given names that no provider takes, When they are called, Then they are sent again as legal ones', async () => {
    const { calls, sentAgain } = await callsOf(
      call(0, 'fs.write', '{}'),
      call(1, 'write a file!', '{}'),
      call(2, 'fs__wrte', '{}'),
    );
    expect(calls.map(({ name }) => name)).toEqual(['fs.write', 'write a file!', 'fs.wrte']);
    const names = (sentAgain[2] as { tool_calls: { function: { name: string } }[] }).tool_calls;
    expect(names.map((one) => one.function.name)).toEqual([
      'fs__write',
      expect.stringMatching(/^write_a_file__[0-9a-f]{10}$/),
      'fs__wrte',
    ]);
  });

  it('Given half a surrogate pair, When it comes, Then the reply is still plain JSON', async () => {
    const { calls, sentAgain } = await callsOf(
      chunk({ content: 'half \ud83d' }),
      call(0, 'fs__write', String.raw`{"path":"\ud83d","back\\ud83d":"\ud83d\ude00"}`),
    );
    expect(calls[0]?.input).toEqual({ path: '\ufffd', 'back\\ud83d': '😀' });
    expect(JSON.stringify(sentAgain)).not.toMatch(/[^\\]\\ud83d/);
  });

  it('Given an empty reply, When it comes, Then it is one, and is left out later', async () => {
    await using server = await startModelServer(streamed([chunk({}, 'stop')]), SAYS_HELLO);
    const models = modelsAt(server);
    const request = aRequest(MODEL);
    const reply = await models.reply(request);
    expect(reply).toMatchObject({ text: '', calls: [], finish: 'stop', message: { content: [] } });
    expect(reply.usage).toEqual({ input_tokens: null, output_tokens: null, cached_tokens: null });
    await models.reply({ ...request, messages: [...request.messages, reply.message] });
    expect(server.heard[1]?.body['messages']).toHaveLength(2);
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['something new', 'other'],
  ])('Given the finish %s, When the reply comes, Then it is %s', async (wire, finish) => {
    await using server = await startModelServer(streamed([chunk({ content: 'So' }), chunk({}, wire)]));
    expect(await modelsAt(server).reply(aRequest(MODEL))).toMatchObject({ text: 'So', finish });
  });
});

describe('requests that fail', () => {
  it.each([
    [400, 'context too long', /HTTP 400/, /context too long/, 1],
    [401, 'bad key', /HTTP 401/, /bad key; look at the key in MINE_KEY/, 1],
    [403, 'not yours', /HTTP 403/, /look at the key in MINE_KEY/, 1],
    [404, 'what?', /HTTP 404/, /does mine have a model model\?/, 1],
    [429, 'slow down', /HTTP 429/, /slow down; too many requests/, 3],
    [500, 'broken', /HTTP 500/, /broken; the provider has trouble/, 3],
    [503, 'full', /HTTP 503/, /full; the provider has trouble/, 3],
  ])('Given %i (%s), When it is asked, Then it is told so', async (status, said, message, hint, tries) => {
    const { error, asked } = await failureOf(failed(status, { error: { message: said, type: 'x' } }));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(asked).toBe(tries);
  });

  it('Given trouble that passes, When it is asked, Then the reply comes', async () => {
    await using server = await startModelServer(failed(529, { error: { message: 'busy' } }), SAYS_HELLO);
    expect((await modelsAt(server).reply(aRequest(MODEL))).text).toBe('Hello.');
    expect(server.heard).toHaveLength(2);
  });

  it('Given a page instead of an error, When it fails, Then the start of it is told on one line', async () => {
    const { error } = await failureOf(failed(502, `<html>\n\u001b[31m${'no '.repeat(500)}</html>`));
    expect(error.hint).not.toMatch(/[\n\u001b]/);
    expect(error.hint.length).toBeLessThan(500);
  });

  it('Given a provider without a key of its own, When it wants one, Then the setting is named', async () => {
    await using server = await startModelServer(failed(401, {}));
    await expect(modelsAt(server).reply(aRequest(MODEL))).rejects.toMatchObject({
      hint: expect.stringContaining('models.providers.mine.key'),
    });
  });

  it('Given a redirect, When it is asked, Then it is not followed: the key stays', async () => {
    await using stranger = await startModelServer(SAYS_HELLO);
    const { error } = await failureOf(failed(307, {}, { location: `${stranger.url}/v1/chat/completions` }));
    expect(error.message).toMatch(/HTTP 307/);
    expect(error.hint).toMatch(/another address/);
    expect(stranger.heard).toEqual([]);
  });

  it('Given nobody there, When it is asked, Then it fails at once, and says where', async () => {
    const gone = await startModelServer(SAYS_HELLO);
    await gone[Symbol.asyncDispose]();
    await expect(modelsAt(gone).reply(aRequest(MODEL))).rejects.toMatchObject({
      code: 'model_failed',
      message: `${MODEL} could not be asked: nothing listens at ${gone.url}`,
      hint: 'is mine started?',
    });
  });

  it.each([
    ['in the text', [chunk({ content: 'Half a' })]],
    ['in a call', [call(0, 'fs__write', '{"path":')]],
    ['before anything', []],
  ])('Given a stream that is cut %s, When it is asked, Then the request failed', async (_, chunks) => {
    expect((await failureOf(streamed(chunks, true))).error.message).toMatch(/could not be asked/);
  });

  it.each([
    ['in the text', [chunk({ content: 'Half a' })], /without a finish reason/],
    ['in a call', [call(0, 'fs__write', '{"path":')], /without a finish reason/],
    ['before anything', [], /./],
  ])('Given a stream that ends politely %s, Then the request failed too', async (_, chunks, hint) => {
    expect((await failureOf(streamed(chunks))).error.hint).toMatch(hint);
  });

  it.each([
    ['an error', { error: { message: 'overloaded', type: 'x' } }, /overloaded/],
    ['nonsense', { choices: 7 }, /./],
  ])(
    'Given %s in the middle of a stream, When it is read, Then the request failed',
    async (_, event, hint) => {
      const { error } = await failureOf(streamed([chunk({ content: 'Half' }), event, chunk({}, 'stop')]));
      expect(error.hint).toMatch(hint);
    },
  );

  it('Given a reply that is held, When the request is aborted, Then the provider hears of it', async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await startModelServer((response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(chunk({ content: 'Hel' }))}\n\n`);
    });
    const controller = new AbortController();
    const reason = new Error('stopped');
    const onText = (): void => controller.abort(reason);
    await expect(modelsAt(server).reply(aRequest(MODEL, { signal: controller.signal, onText }))).rejects.toBe(
      reason,
    );
    await closed.promise;
  });
});

describe('packages', () => {
  const missing = (name: string) => () =>
    Promise.reject(
      Object.assign(new Error(`Cannot find package '${name}' imported from /x/agents.js`), {
        code: 'ERR_MODULE_NOT_FOUND',
      }),
    );
  const env = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o', GOOGLE_GENERATIVE_AI_API_KEY: 'g' };
  const modelsWith = (packages: Partial<typeof MODEL_PACKAGES>): AiSdkModels =>
    new AiSdkModels({ settings: settingsOf(), env, packages: { ...MODEL_PACKAGES, ...packages } });

  it.each(['anthropic', 'openai', 'google', 'openai-compatible'])(
    'Given no package for %s, When a model of it is found, Then what to install is said',
    async (provider) => {
      const name = `@ai-sdk/${provider}` as '@ai-sdk/openai';
      const models = modelsWith({ [name]: missing(name) });
      await expect(
        models.find(`${provider === 'openai-compatible' ? 'ollama' : provider}/x`),
      ).rejects.toMatchObject({
        code: 'model_package_missing',
        exitCode: 5,
        nextSteps: [`npm install ${name}`],
      });
    },
  );

  it('Given a package that is broken, When a model of it is found, Then it is said what broke', async () => {
    const models = modelsWith({ '@ai-sdk/google': missing('zod') });
    await expect(models.find('google/x')).rejects.toThrow("Cannot find package 'zod'");
    await expect(modelsWith({}).find('google/x')).resolves.toBe('google/x');
  });

  it('Given prices, When the cost is asked for, Then it is that of the model, or none', () => {
    const settings = settingsOf({}, { prices: new Map([['a/b', { input: 1, output: 2 }]]) });
    const models = new AiSdkModels({ settings, env: {} });
    const usage = { input_tokens: 1_000_000, output_tokens: 1_000_000, cached_tokens: null };
    expect(models.cost('a/b', usage)).toBe(3);
    expect(models.cost('a/c', usage)).toBeNull();
  });
});
