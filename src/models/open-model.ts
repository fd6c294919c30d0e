import type { LanguageModel } from 'ai';
import { WaitingError } from '../domain/errors.ts';
import { carefulFetch } from './careful-fetch.ts';
import type { FoundModel } from './find-provider.ts';

/** The packages that models need, each loaded when a request does: they are heavy, and three of them optional. */
export const MODEL_PACKAGES = {
  ai: async () => await import('ai'),
  '@ai-sdk/anthropic': async () => await import('@ai-sdk/anthropic'),
  '@ai-sdk/openai': async () => await import('@ai-sdk/openai'),
  '@ai-sdk/google': async () => await import('@ai-sdk/google'),
  '@ai-sdk/openai-compatible': async () => await import('@ai-sdk/openai-compatible'),
} as const;

export type ModelPackages = typeof MODEL_PACKAGES;

/** @throws WaitingError `model_package_missing` */
export async function loadPackage<Name extends keyof ModelPackages>(
  packages: ModelPackages,
  name: Name,
): Promise<Awaited<ReturnType<ModelPackages[Name]>>> {
  try {
    return (await packages[name]()) as Awaited<ReturnType<ModelPackages[Name]>>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error;
    throw new WaitingError('model_package_missing', `the package ${name} is not installed`, {
      hint: 'each provider has a package of its own; install it where agents is (with -g if agents is)',
      nextSteps: [`npm install ${name}`],
    });
  }
}

/**
 * The model as the AI SDK asks it.
 * @throws WaitingError `model_package_missing`
 */
export async function openModel(
  model: FoundModel,
  packages: ModelPackages,
  fetch: typeof globalThis.fetch,
): Promise<Exclude<LanguageModel, string>> {
  // A key must be a text for the packages, also where none is needed: else they look into the environment themselves.
  const apiKey = model.key ?? 'none';
  const baseURL = model.url === null ? {} : { baseURL: model.url };
  const options = { apiKey, ...baseURL, fetch: carefulFetch(fetch) };
  switch (model.kind) {
    case 'anthropic': {
      const { createAnthropic } = await loadPackage(packages, '@ai-sdk/anthropic');
      return createAnthropic(options)(model.name);
    }
    case 'openai': {
      const openai = (await loadPackage(packages, '@ai-sdk/openai')).createOpenAI(options);
      // What stands at another address seldom knows OpenAI's newer protocol, and always the older one.
      return model.url === null ? openai.responses(model.name) : openai.chat(model.name);
    }
    case 'google': {
      const { createGoogleGenerativeAI } = await loadPackage(packages, '@ai-sdk/google');
      return createGoogleGenerativeAI(options)(model.name);
    }
    case 'compatible': {
      const { createOpenAICompatible } = await loadPackage(packages, '@ai-sdk/openai-compatible');
      return createOpenAICompatible({
        name: model.provider,
        baseURL: model.url as string,
        fetch: options.fetch,
        includeUsage: true,
        supportsStructuredOutputs: true,
        ...(model.key === null ? {} : { apiKey }),
      }).chatModel(model.name);
    }
  }
}
