import { describe, expect, it } from 'vitest';
import { AiSdkModels } from '../../../src/models/ai-sdk-models.ts';
import type { ModelReply } from '../../../src/ports/language-models.ts';
import { aRequest } from '../../contract/language-models.contract.ts';
import { settingsOf } from '../../support/mock-models.ts';
import { failed, startModelServer, streamed, type Answer } from '../../support/model-server.ts';

/** One provider's protocol: a reply with thoughts, a text and two calls, the second with arguments that are no JSON. */
interface Protocol {
  readonly provider: string;
  readonly model: string;
  readonly env: Readonly<Record<string, string>>;
  readonly keyHeader: string;
  readonly origin: string;
  readonly thinks: readonly unknown[];
  /** How many of the events are a reply that was cut. */
  readonly cutAt: number;
  readonly says: readonly unknown[];
  /** What the provider has to get back with the conversation: its own marks. */
  readonly marks: readonly string[];
  readonly error: unknown;
  readonly usage: ModelReply['usage'];
  /** Null: its arguments are always JSON. */
  readonly broken: string | null;
}

const block = (index: number, start: object, ...deltas: readonly object[]): object[] => [
  { type: 'content_block_start', index, content_block: start },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const message = (stop: string, ...blocks: readonly object[][]): object[] => [
  {
    type: 'message_start',
    message: {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 1 },
    },
  },
  ...blocks.flat(),
  { type: 'message_delta', delta: { stop_reason: stop }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
];

const ANTHROPIC: Protocol = {
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  env: { ANTHROPIC_API_KEY: 'the-key' },
  keyHeader: 'x-api-key',
  origin: 'https://api.anthropic.com',
  thinks: message(
    'tool_use',
    block(
      0,
      { type: 'thinking', thinking: '' },
      { type: 'thinking_delta', thinking: 'Hm.' },
      { type: 'signature_delta', signature: 'signed-by-the-provider' },
    ),
    block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Two at once.' }),
    block(
      2,
      { type: 'tool_use', id: 't1', name: 'fs__write', input: {} },
      { type: 'input_json_delta', partial_json: '{"path":"a"}' },
    ),
    block(
      3,
      { type: 'tool_use', id: 't2', name: 'fs__write', input: {} },
      { type: 'input_json_delta', partial_json: '{"path":' },
    ),
  ),
  cutAt: 8,
  says: message('end_turn', block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Done.' })),
  marks: ['signed-by-the-provider'],
  error: { type: 'error', error: { type: 'x', message: 'the words of the provider' } },
  usage: { input_tokens: 120, output_tokens: 9, cached_tokens: 100 },
  broken: '{"path":',
};

const candidate = (parts: readonly object[], finish?: string): object => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...(finish ? { finishReason: finish } : {}) }],
  usageMetadata: {
    promptTokenCount: 120,
    cachedContentTokenCount: 100,
    candidatesTokenCount: 9,
    totalTokenCount: 129,
  },
});

const GOOGLE: Protocol = {
  provider: 'google',
  model: 'gemini-3-pro-preview',
  env: { GOOGLE_GENERATIVE_AI_API_KEY: 'the-key' },
  keyHeader: 'x-goog-api-key',
  origin: 'https://generativelanguage.googleapis.com',
  thinks: [
    candidate([{ text: 'Hm.', thought: true }]),
    candidate([{ text: 'Two at once.' }]),
    candidate([
      {
        functionCall: { name: 'fs__write', args: { path: 'a' } },
        thoughtSignature: 'signed-by-the-provider',
      },
    ]),
    candidate([{ functionCall: { name: 'fs__write', args: { path: 'b' } } }], 'STOP'),
  ],
  cutAt: 3,
  says: [candidate([{ text: 'Done.' }], 'STOP')],
  marks: ['signed-by-the-provider'],
  error: { error: { code: 400, status: 'x', message: 'the words of the provider' } },
  usage: { input_tokens: 120, output_tokens: 9, cached_tokens: 100 },
  broken: null,
};

const item = (index: number, added: object, done: object): object[] => [
  { type: 'response.output_item.added', output_index: index, item: added },
  { type: 'response.output_item.done', output_index: index, item: done },
];
const called = (index: number, id: string, text: string): object[] => {
  const one = { type: 'function_call', id: `fc_${id}`, call_id: id, name: 'fs__write' };
  return item(
    index,
    { ...one, arguments: '', status: 'in_progress' },
    { ...one, arguments: text, status: 'completed' },
  );
};
const spoken = (index: number, text: string): object[] => [
  { type: 'response.output_item.added', output_index: index, item: { type: 'message', id: 'msg_1' } },
  { type: 'response.output_text.delta', output_index: index, item_id: 'msg_1', delta: text },
  { type: 'response.output_item.done', output_index: index, item: { type: 'message', id: 'msg_1' } },
];
const response = (...items: readonly object[][]): object[] => [
  { type: 'response.created', response: { id: 'r1', created_at: 0, model: 'gpt-5', service_tier: null } },
  ...items.flat(),
  {
    type: 'response.completed',
    response: {
      incomplete_details: null,
      usage: { input_tokens: 120, input_tokens_details: { cached_tokens: 100 }, output_tokens: 9 },
      service_tier: null,
    },
  },
];

const OPENAI: Protocol = {
  provider: 'openai',
  model: 'gpt-5',
  env: { OPENAI_API_KEY: 'the-key' },
  keyHeader: 'authorization',
  origin: 'https://api.openai.com',
  thinks: response(
    item(
      0,
      { type: 'reasoning', id: 'rs_1', encrypted_content: null },
      { type: 'reasoning', id: 'rs_1', encrypted_content: 'sealed-by-the-provider', summary: [] },
    ),
    spoken(1, 'Two at once.'),
    called(2, 'c1', '{"path":"a"}'),
    called(3, 'c2', '{"path":'),
  ),
  cutAt: 6,
  says: response(spoken(0, 'Done.')),
  marks: ['sealed-by-the-provider'],
  error: { error: { type: 'x', message: 'the words of the provider', code: null, param: null } },
  usage: { input_tokens: 120, output_tokens: 9, cached_tokens: 100 },
  broken: '{"path":',
};

/** A server in place of the provider's, and the models that ask it, by the provider's own package. */
async function open(protocol: Protocol, ...answers: readonly Answer[]) {
  const server = await startModelServer(...answers);
  const models = new AiSdkModels({
    settings: settingsOf(),
    env: protocol.env,
    fetch: async (target, init) => await fetch((target as string).replace(protocol.origin, server.url), init),
  });
  const model = await models.find(`${protocol.provider}/${protocol.model}`);
  return {
    server,
    models,
    request: aRequest(model),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe.each([ANTHROPIC, GOOGLE, OPENAI])('the package of $provider', (protocol) => {
  it('Given thoughts, a text and calls, When they are answered, Then the provider gets its own marks back', async () => {
    await using place = await open(protocol, streamed(protocol.thinks), streamed(protocol.says));
    const { models, request, server } = place;
    const heard: string[] = [];
    const reply = await models.reply({ ...request, onText: (text) => void heard.push(text) });
    expect(heard.join('')).toBe('Two at once.');
    expect(reply).toMatchObject({ text: 'Two at once.', finish: 'tool-calls', usage: protocol.usage });
    expect(reply.calls).toMatchObject([
      { name: 'fs.write', input: { path: 'a' }, fault: null },
      protocol.broken === null
        ? { name: 'fs.write', input: { path: 'b' }, fault: null }
        : { name: 'fs.write', input: protocol.broken, fault: expect.stringContaining('no JSON object') },
    ]);
    // As it is after it was stored.
    const stored = JSON.parse(JSON.stringify(reply.message)) as ModelReply['message'];
    expect(stored).toStrictEqual(reply.message);
    const results = models.resultMessage(
      reply.calls.map((call) => ({ call, output: { kind: 'json', value: { done: true } } })),
    );
    const next = await models.reply({ ...request, messages: [...request.messages, stored, results] });
    expect(next).toMatchObject({ text: 'Done.', calls: [], finish: 'stop' });
    const sentAgain = JSON.stringify(server.heard[1]?.body);
    for (const mark of protocol.marks) expect(sentAgain).toContain(mark);
    expect(sentAgain).toContain('fs__write');
    expect(server.heard[0]?.headers[protocol.keyHeader]).toContain('the-key');
  });

  it('Given a stream that ends in the middle, When it is read, Then the request failed', async () => {
    for (const isCut of [true, false]) {
      await using place = await open(protocol, streamed(protocol.thinks.slice(0, protocol.cutAt), isCut));
      await expect(place.models.reply(place.request)).rejects.toMatchObject({ code: 'model_failed' });
    }
  });

  it.each([400, 401, 429, 500])('Given the status %i, When it is asked, Then it is told', async (status) => {
    await using place = await open(protocol, failed(status, protocol.error));
    await expect(place.models.reply(place.request)).rejects.toMatchObject({
      code: 'model_failed',
      message: expect.stringContaining(`HTTP ${status}`),
      hint: expect.stringContaining('the words of the provider'),
    });
    expect(place.server.heard).toHaveLength(status < 429 ? 1 : 3);
  });

  it('Given a request that is aborted, When the text comes, Then the reason is thrown', async () => {
    await using place = await open(protocol, streamed(protocol.thinks));
    const controller = new AbortController();
    const reason = new Error('stopped');
    const onText = (): void => controller.abort(reason);
    await expect(place.models.reply({ ...place.request, signal: controller.signal, onText })).rejects.toBe(
      reason,
    );
  });
});

describe.each([
  { protocol: ANTHROPIC, base: '/v1', path: '/v1/messages' },
  {
    protocol: GOOGLE,
    base: '/v1beta',
    path: '/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse',
  },
])('another address of $protocol.provider', ({ protocol, base, path }) => {
  it('Given one on this machine and no key, When it is asked, Then there, without the key of anybody', async () => {
    await using server = await startModelServer(streamed(protocol.says));
    const settings = settingsOf({ [protocol.provider]: { url: `${server.url}${base}` } });
    const models = new AiSdkModels({ settings, env: {} });
    const reply = await models.reply(aRequest(`${protocol.provider}/${protocol.model}`));
    expect(reply.text).toBe('Done.');
    expect(server.heard[0]).toMatchObject({ path, headers: { [protocol.keyHeader]: 'none' } });
  });
});

describe.each([ANTHROPIC, GOOGLE, OPENAI])('a word of the system to $provider', (protocol) => {
  it('Given one in the middle of a conversation, When it goes on, Then the model hears it', async () => {
    await using place = await open(protocol, streamed(protocol.says));
    await place.models.reply({
      ...place.request,
      messages: [
        { role: 'user', content: 'Write it.' },
        { role: 'assistant', content: [{ type: 'text', text: 'Written.' }] },
        { role: 'system', content: 'Two files were put back.' },
        { role: 'user', content: 'Go on.' },
      ],
    });
    expect(JSON.stringify(place.server.heard[0]?.body)).toContain('Two files were put back.');
  });
});

describe('what only one provider is told', () => {
  it('Given Anthropic, When a request is sent, Then what was read before is kept by it', async () => {
    await using place = await open(ANTHROPIC, streamed(ANTHROPIC.says));
    await place.models.reply(place.request);
    expect(place.server.heard[0]).toMatchObject({
      path: '/v1/messages',
      body: { cache_control: { type: 'ephemeral' } },
    });
  });

  it('Given OpenAI itself, When a request is sent, Then the conversation is not kept there', async () => {
    await using place = await open(OPENAI, streamed(OPENAI.says));
    await place.models.reply(place.request);
    expect(place.server.heard[0]).toMatchObject({
      path: '/v1/responses',
      body: { store: false, include: ['reasoning.encrypted_content'] },
    });
  });

  it.each([
    [true, ['a']],
    [false, []],
  ])(
    'Given OpenAI itself, When an answer is wanted, Then to the letter is %s if %j are required',
    async (strict, required) => {
      await using place = await open(OPENAI, streamed(OPENAI.says));
      const answer = {
        type: 'object',
        properties: { a: { type: 'string' } },
        required,
        additionalProperties: false,
      };
      await place.models.reply({ ...place.request, answer });
      expect(place.server.heard[0]?.body['text']).toMatchObject({
        format: { type: 'json_schema', strict, schema: answer },
      });
    },
  );
});
