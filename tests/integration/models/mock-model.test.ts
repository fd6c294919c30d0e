import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setImmediate as turnOfEvents } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseModelScript } from '../../../src/documents/model-script.ts';
import { startMockModel, type MockModel } from '../../../src/models/mock-model/mock-model.ts';

const start = (text: string): Promise<MockModel> => startMockModel(parseModelScript(text, 'script.yaml'));
const USER = { role: 'user', content: 'Write it.' };

interface Said {
  readonly status: number;
  readonly body: {
    readonly choices: readonly {
      readonly message: Record<string, unknown>;
      readonly finish_reason: string;
    }[];
    readonly usage: unknown;
    readonly error?: { readonly message: string };
  };
}

async function ask(model: MockModel, messages: readonly unknown[], others: object = {}): Promise<Said> {
  const response = await fetch(`${model.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'any', messages, ...others }),
  });
  return { status: response.status, body: (await response.json()) as Said['body'] };
}

const textOf = ({ body }: Said): unknown => body.choices[0]?.message['content'];

describe('a scripted model', () => {
  it('Given a reply with calls, When it is asked in one piece, Then they are there, their names as on the wire', async () => {
    await using model = await start(
      'replies: [{ say: Two., calls: [{ tool: fs.write, with: { path: a } }, { tool: fs.read, with: "{broken" }] }]',
    );
    const { status, body } = await ask(model, [USER]);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 0,
      model: 'any',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'Two.',
            tool_calls: [
              {
                id: 'call_1_1',
                type: 'function',
                function: { name: 'fs__write', arguments: '{"path":"a"}' },
              },
              { id: 'call_1_2', type: 'function', function: { name: 'fs__read', arguments: '{broken' } },
            ],
          },
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 21,
        total_tokens: 31,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
    expect(model.given()).toBe(1);
  });

  it('Given a stream, When it is asked for, Then the text comes in pieces, and the usage if it is wanted', async () => {
    await using model = await start(
      'replies: [{ say: "  Say it \\n twice ", usage: { input: 3, output: 4 } }]',
    );
    for (const wanted of [true, false]) {
      const response = await fetch(`${model.url}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ messages: [USER], stream: true, stream_options: { include_usage: wanted } }),
      });
      const lines = (await response.text()).split('\n\n').filter((line) => line !== '');
      expect(lines.at(-1)).toBe('data: [DONE]');
      const events = lines
        .slice(0, -1)
        .map((line) => JSON.parse(line.slice('data: '.length)) as Said['body']);
      const pieces = events.flatMap(({ choices }) =>
        choices.map((one) => (one as never)['delta']['content']),
      );
      expect(pieces).toEqual(['', '  Say ', 'it \n ', 'twice ', undefined]);
      expect(events.filter(({ usage }) => usage)).toHaveLength(wanted ? 1 : 0);
      expect(events.at(wanted ? -2 : -1)?.choices[0]?.finish_reason).toBe('stop');
    }
  });

  it('Given calls without a word, or blanks only, When it is asked, Then they are told so', async () => {
    await using model = await start('replies: [{ calls: [{ tool: a }] }, { say: " " }]');
    expect(textOf(await ask(model, [USER]))).toBeNull();
    const blank = await fetch(`${model.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ messages: [{ role: 'assistant' }], stream: true }),
    });
    expect(await blank.text()).toContain('"delta":{"content":" "}');
  });

  it('Given a conversation, When it is longer or was cut, Then its length tells the reply', async () => {
    await using model = await start('replies: [{ say: One. }, { say: Two. }]');
    const one = { role: 'assistant', content: 'One.' };
    expect(textOf(await ask(model, [USER, one, USER]))).toBe('Two.');
    expect(textOf(await ask(model, [USER]))).toBe('One.');
    expect(textOf(await ask(model, [USER, one, USER]))).toBe('Two.');
    const past = await ask(model, [USER, one, USER, one, USER]);
    expect(textOf(past)).toBe('The script has no reply for turn 3 of this conversation.');
    expect(past.body.choices[0]?.finish_reason).toBe('stop');
  });

  it.each([
    [[{ role: 'user', content: 'the disk is full' }], 'Full.'],
    [[{ role: 'user', content: [{ type: 'text', text: 'the disk is full' }, { type: 'image' }] }], 'Full.'],
    [[USER, { role: 'tool', content: 'no such file' }], 'Gone.'],
    [
      [
        { role: 'user', content: 'no such file' },
        { role: 'tool', content: 'ok' },
      ],
      'Fine.',
    ],
    [[{ role: 'system', content: 'no such file' }], 'Fine.'],
    [[{ role: 'user', content: 7 }], 'Fine.'],
    [[], 'Fine.'],
    [[USER, { role: 'assistant', content: 'Fine.' }, USER], 'Next.'],
  ])('Given alternatives and %j, When it is asked, Then it says %s', async (messages, text) => {
    await using model = await start(`
replies:
  - { when: { contains: disk is full }, say: Full. }
  - { when: { contains: no such file }, say: Gone. }
  - { say: Fine. }
  - { say: Next. }
`);
    expect(textOf(await ask(model, messages))).toBe(text);
  });

  it('Given alternatives of which none fits, When it is asked, Then it says that there is none', async () => {
    await using model = await start('replies: [{ when: { contains: x }, say: X. }]');
    expect(textOf(await ask(model, [{ role: 'user', content: 'y' }]))).toMatch(/no reply for turn 1/);
  });

  it('Given failures, When it is asked again, Then they end after as many as are said', async () => {
    await using model = await start(
      'replies: [{ say: Now., fail: { status: 429, message: slow down }, times: 2 }, { fail: { status: 500, message: no } }]',
    );
    for (let i = 0; i < 2; i += 1) {
      const { status, body } = await ask(model, [USER]);
      expect([status, body.error?.message]).toEqual([429, 'slow down']);
    }
    expect(textOf(await ask(model, [USER]))).toBe('Now.');
    for (let i = 0; i < 3; i += 1) expect((await ask(model, [{ role: 'assistant' }])).status).toBe(500);
    expect(model.given()).toBe(1);
  });

  it.each([true, false])(
    'Given a reply that is cut (stream: %s), When it is asked, Then it breaks off',
    async (stream) => {
      await using model = await start('replies: [{ say: "One two three four.", cut: true, times: 1 }]');
      await expect(
        fetch(`${model.url}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({ messages: [], stream }),
        }).then(async (response) => await response.text()),
      ).rejects.toThrow(/terminated/);
      expect(model.given()).toBe(0);
      expect(textOf(await ask(model, [USER]))).toBe('One two three four.');
    },
  );

  it.each([true, false])(
    'Given a long delay (stream: %s), When the client or the model goes, Then nothing waits',
    async (stream) => {
      const model = await start('replies: [{ say: One two., delay: 1h }, { say: Two., delay: 1ms }]');
      const client = httpRequest(`${model.url}/chat/completions`, { method: 'POST' });
      const failed = once(client, 'error').catch((error: unknown) => error);
      client.end(JSON.stringify({ messages: [USER], stream }));
      if (stream) await once(client, 'response');
      // It has the request by now, as the next is answered.
      expect(textOf(await ask(model, [USER, { role: 'assistant' }]))).toBe('Two.');
      client.destroy(new Error('gone'));
      await failed;
      await ask(model, [USER, { role: 'assistant' }]);
      await model[Symbol.asyncDispose]();
      await turnOfEvents();
      expect(model.given()).toBe(2);
    },
  );

  it('Given a client that goes in the middle of its request, When others ask, Then they are answered', async () => {
    await using model = await start('replies: [{ say: One. }]');
    const client = httpRequest(`${model.url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-length': '100' },
    });
    const failed = once(client, 'error').catch((error: unknown) => error);
    await new Promise<void>((resolve) => client.write('{"mess', () => resolve()));
    client.destroy(new Error('gone'));
    await failed;
    expect(textOf(await ask(model, [USER]))).toBe('One.');
  });

  it('Given the models, When they are asked for, Then there is one', async () => {
    await using model = await start('replies: [{ say: One. }]');
    expect(await (await fetch(`${model.url}/models`)).json()).toEqual({
      object: 'list',
      data: [{ id: 'scripted', object: 'model', created: 0, owned_by: 'agents' }],
    });
  });

  it.each([
    ['GET', '/chat/completions', undefined, 404, /GET \/v1\/chat\/completions is nothing here/],
    ['POST', '/responses', '{}', 404, /POST \/v1\/responses is nothing here/],
    ['POST', '/chat/completions', '{"messages": 1}', 400, /no chat request/],
    ['POST', '/chat/completions', '[]', 400, /no chat request/],
    ['POST', '/chat/completions', '{', 400, /no chat request/],
  ])('Given %s %s %j, When it is asked, Then it answers %i', async (method, path, body, status, message) => {
    await using model = await start('replies: [{ say: One. }]');
    const response = await fetch(`${model.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(message) } });
  });

  it('Given a port that is taken, When another model wants it, Then it says so', async () => {
    await using model = await start('replies: [{ say: One. }]');
    const port = Number(new URL(model.url).port);
    await expect(startMockModel({ replies: [] }, port)).rejects.toMatchObject({
      code: 'port_taken',
      exitCode: 6,
      message: `port ${port} can't be taken (EADDRINUSE)`,
    });
  });
});
