import { AiSdkModels } from '../../src/models/ai-sdk-models.ts';
import { startMockModel, type MockModel } from '../../src/models/mock-model/mock-model.ts';
import type { ModelProviderSettings, ModelSettings } from '../../src/ports/model-settings.ts';
import type { ModelScript } from '../../src/ports/model-script.ts';
import type { ScriptedReply } from './scripted-models.ts';

/** Settings with these providers, and nothing else. */
export function settingsOf(
  providers: Readonly<Record<string, ModelProviderSettings>> = {},
  others: Partial<ModelSettings> = {},
): ModelSettings {
  return { default: null, providers: new Map(Object.entries(providers)), prices: new Map(), ...others };
}

/** The script of the tests' own models as the server takes it. */
export function toModelScript(replies: readonly ScriptedReply[]): ModelScript {
  return {
    replies: replies.map(({ say = '', calls = [], usage, fail, when }) => ({
      say,
      calls: calls.map((call) => ({ tool: call.tool, with: (call.with ?? {}) as Record<string, string> })),
      usage: {
        input: usage?.input_tokens ?? 10,
        output: usage?.output_tokens ?? 5,
        cached: usage?.cached_tokens ?? 0,
      },
      fail: fail ?? null,
      cut: false,
      times: fail?.times ?? null,
      delayMs: 0,
      when,
    })),
  };
}

/** The mock server, and the models of a provider that asks it. */
export async function openMockModels(
  replies: readonly ScriptedReply[],
  provider: string,
): Promise<{ models: AiSdkModels; model: string; server: MockModel } & AsyncDisposable> {
  const server = await startMockModel(toModelScript(replies));
  const models = new AiSdkModels({ settings: settingsOf({ [provider]: { url: server.url } }), env: {} });
  return {
    models,
    model: `${provider}/scripted`,
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
