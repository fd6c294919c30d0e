import { describe, expect, it } from 'vitest';
import type { LanguageModels, ModelReply, ModelRequest, ModelTool } from '../../src/ports/language-models.ts';
import { canonicalJson, findJsonFault } from '../../src/domain/json.ts';
import type { ScriptedReply } from '../support/scripted-models.ts';

/** Models that say what a script says. */
export interface ScriptedPlace extends AsyncDisposable {
  readonly models: LanguageModels;
  /** A name that `find` takes. */
  readonly model: string;
}

export const TOOLS: readonly ModelTool[] = [
  {
    name: 'fs.write',
    description: 'Writes a file',
    input: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
  { name: 'mcp.files.read_file', description: 'Reads a file', input: { type: 'object', properties: {} } },
];

/** A request with what most have. */
export function aRequest(model: string, changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model,
    system: 'Be short.',
    messages: [{ role: 'user', content: 'Write it.' }],
    tools: TOOLS,
    answer: null,
    signal: new AbortController().signal,
    onText: () => {},
    ...changes,
  };
}

/** What all language models do. Everything in a script is plain, so that any model can be made to say it. */
export function languageModelsContract(
  open: (script: readonly ScriptedReply[]) => Promise<ScriptedPlace>,
): void {
  const ask = async (
    script: readonly ScriptedReply[],
    changes: Partial<ModelRequest> = {},
  ): Promise<{ reply: ModelReply; heard: string[] }> => {
    await using place = await open(script);
    const heard: string[] = [];
    const model = await place.models.find(place.model);
    const reply = await place.models.reply(
      aRequest(model, { onText: (text) => void heard.push(text), ...changes }),
    );
    return { reply, heard };
  };

  describe('a reply', () => {
    it('Given a text, When the model is asked, Then it is heard in pieces and given whole', async () => {
      const { reply, heard } = await ask([{ say: 'First one, then the other.' }]);
      expect(heard.length).toBeGreaterThan(1);
      expect(heard.join('')).toBe('First one, then the other.');
      expect(reply).toMatchObject({ text: 'First one, then the other.', calls: [], finish: 'stop' });
      expect(reply.message.role).toBe('assistant');
    });

    it('Given several calls, When the model is asked, Then each has our name of its tool and its arguments', async () => {
      const { reply } = await ask([
        {
          say: 'Two at once.',
          calls: [
            { tool: 'fs.write', with: { path: 'a.txt', lines: [1, 2] } },
            { tool: 'mcp.files.read_file' },
          ],
        },
      ]);
      expect(reply.finish).toBe('tool-calls');
      expect(reply.calls).toMatchObject([
        { name: 'fs.write', input: { path: 'a.txt', lines: [1, 2] }, fault: null },
        { name: 'mcp.files.read_file', input: {}, fault: null },
      ]);
      expect(new Set(reply.calls.map(({ id }) => id)).size).toBe(2);
    });

    it('Given a call of no tool that the model was told of, When it is asked, Then the call is given as it is', async () => {
      const { reply } = await ask([{ calls: [{ tool: 'fs.wrte', with: { path: 'a' } }] }]);
      expect(reply.calls).toMatchObject([{ name: 'fs.wrte', input: { path: 'a' } }]);
    });

    it('Given what a reply took, When it is given, Then its usage is', async () => {
      const { reply } = await ask([
        { say: 'x', usage: { input_tokens: 120, output_tokens: 7, cached_tokens: 100 } },
      ]);
      expect(reply.usage).toEqual({ input_tokens: 120, output_tokens: 7, cached_tokens: 100 });
    });

    it('Given a reply, When it is stored as JSON, Then it is the same', async () => {
      const { reply } = await ask([{ say: 'x', calls: [{ tool: 'fs.write', with: { path: 'a' } }] }]);
      const { message } = reply;
      expect(findJsonFault(message)).toBeNull();
      expect(JSON.parse(canonicalJson(message as never))).toStrictEqual(message);
    });
  });

  describe('a conversation', () => {
    it('Given calls, When they are answered with results and errors, Then the model goes on', async () => {
      await using place = await open([
        { calls: [{ tool: 'fs.write', with: { path: 'a' } }, { tool: 'no.such' }] },
        { when: { contains: 'disk is full' }, say: 'It failed.' },
        { say: 'It worked.' },
      ]);
      const request = aRequest(place.model);
      const first = await place.models.reply(request);
      const answer = place.models.resultMessage([
        { call: first.calls[0]!, output: { kind: 'json', value: { bytes: 3 } } },
        { call: first.calls[1]!, output: { kind: 'error', value: 'the disk is full' } },
      ]);
      expect(answer.role).toBe('tool');
      expect(findJsonFault(answer)).toBeNull();
      const second = await place.models.reply({
        ...request,
        messages: [...request.messages, first.message, answer],
      });
      expect(second.text).toBe('It failed.');
    });

    it('Given a conversation that was rolled back, When it goes on, Then the model is where it was then', async () => {
      await using place = await open([{ say: 'One.' }, { say: 'Two.' }, { say: 'Three.' }]);
      const request = aRequest(place.model);
      const one = await place.models.reply(request);
      const messages = [...request.messages, one.message, { role: 'user', content: 'Go on.' } as const];
      const texts = [];
      for (let i = 0; i < 2; i += 1) texts.push((await place.models.reply({ ...request, messages })).text);
      expect(texts).toEqual(['Two.', 'Two.']);
    });
  });

  describe('failures', () => {
    it('Given a provider that refuses, When the model is asked, Then it fails with what the provider said', async () => {
      await expect(
        ask([{ fail: { status: 400, message: 'the context is too long' } }]),
      ).rejects.toMatchObject({
        code: 'model_failed',
        exitCode: 1,
        message: expect.stringContaining('400'),
        hint: expect.stringContaining('the context is too long'),
      });
    });

    it('Given a request that is aborted, When the model is asked, Then the reason is thrown', async () => {
      const reason = new Error('stopped by a person');
      await expect(ask([{ say: 'x' }], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('Given a request, When it is aborted while the text comes, Then the reason is thrown', async () => {
      const controller = new AbortController();
      const reason = new Error('stopped by a person');
      await expect(
        ask([{ say: 'One two three four.', held: new Promise(() => {}) }], {
          signal: controller.signal,
          onText: () => controller.abort(reason),
        }),
      ).rejects.toBe(reason);
    });
  });
}
