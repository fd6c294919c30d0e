import { describe, expect, it } from 'vitest';
import { askedModel, replyAttributes, replyContent } from '../../../src/telemetry/model-call.ts';

describe('a question to a model', () => {
  it.each([
    [
      { model: 'anthropic/claude' },
      'claude',
      { 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude' },
    ],
    [
      { model: 'google/gemini' },
      'gemini',
      { 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.request.model': 'gemini' },
    ],
    [
      { model: 'ollama/org/qwen:3' },
      'org/qwen:3',
      { 'gen_ai.provider.name': 'ollama', 'gen_ai.request.model': 'org/qwen:3' },
    ],
    [{ model: 'alone' }, 'alone', { 'gen_ai.request.model': 'alone' }],
    [{ model: 7 }, null, {}],
    ['text', null, {}],
  ])('Given %j, then it names the model', (input, model, attributes) => {
    expect(askedModel(input)).toEqual({ model, attributes });
  });
});

describe('a reply', () => {
  it('Given its usage, cost and end, then all are told', () => {
    const usage = { input_tokens: 10, output_tokens: 3, cached_tokens: 4 };
    expect(replyAttributes({ usage, cost: 0.5, finish: 'tool-calls' })).toEqual({
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'agents.model.cost': 0.5,
      'gen_ai.response.finish_reasons': ['tool_call'],
    });
  });

  it.each([[null], [{ ref: 'sha256:1' }], [{ usage: { input_tokens: null }, cost: null }], [{ usage: 3 }]])(
    'Given %j, then what is not known is not told',
    (result) => expect(replyAttributes(result)).toEqual({}),
  );

  it('Given its messages, then they are told as the conventions write them', () => {
    const before = [
      { role: 'user', content: 'do it' },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c0', output: { type: 'json', value: 1 } }],
      },
    ];
    const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'fs_write', input: { path: 'a' } };
    const message = {
      role: 'assistant',
      content: [{ type: 'text', text: 'so' }, call, { type: 'file' }, 'odd'],
    };
    const told = replyContent({
      before: JSON.stringify(before),
      message: JSON.stringify(message),
      finish: 'stop',
    });
    expect(JSON.parse(String(told['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'do it' }] },
      {
        role: 'tool',
        parts: [{ type: 'tool_call_response', id: 'c0', response: { type: 'json', value: 1 } }],
      },
    ]);
    expect(JSON.parse(String(told['gen_ai.output.messages']))).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'so' },
          { type: 'tool_call', id: 'c1', name: 'fs_write', arguments: { path: 'a' } },
          { type: 'file', content: null },
        ],
        finish_reason: 'stop',
      },
    ]);
  });

  it.each([
    ['only their beginning is at hand', { ref: 'sha256:1', preview: '[{' }],
    ['a secret took a quote with it', '[{"role":"us***'],
  ])('Given that of its messages %s, then its text is told', (_, kept) => {
    const told = replyContent({ before: kept, message: kept, text: 'so' });
    expect(Object.keys(told)).toEqual(['gen_ai.output.messages']);
    expect(JSON.parse(String(told['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'so' }], finish_reason: '' },
    ]);
  });

  it('Given calls whose form is not known, then they have no parts', () => {
    const told = replyContent({
      before: JSON.stringify({ content: 7 }),
      message: JSON.stringify([]),
      text: '',
    });
    expect(told).toEqual({
      'gen_ai.input.messages': '[{"role":"","parts":[]}]',
      'gen_ai.output.messages': '[]',
    });
  });
});
