/** A provider that is known without settings. */
export interface KnownProvider {
  /** Who makes its requests: `compatible` speaks OpenAI's chat completions. */
  readonly kind: 'anthropic' | 'openai' | 'google' | 'compatible';
  /** The variable that its key is in; null: it needs none. */
  readonly key: string | null;
  /** Where it is; null: its package knows. */
  readonly url: string | null;
  /** The variable that names another address. */
  readonly urlVariable: string | null;
}

/** The providers that are known without settings, by the name before the slash. */
export const KNOWN_PROVIDERS: ReadonlyMap<string, KnownProvider> = new Map<string, KnownProvider>([
  ['anthropic', known('anthropic', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL')],
  ['openai', known('openai', 'OPENAI_API_KEY', 'OPENAI_BASE_URL')],
  ['google', known('google', 'GOOGLE_GENERATIVE_AI_API_KEY', null)],
  ['ollama', local('http://127.0.0.1:11434/v1')],
  ['lmstudio', local('http://127.0.0.1:1234/v1')],
  ['vllm', local('http://127.0.0.1:8000/v1')],
]);

function known(kind: KnownProvider['kind'], key: string, urlVariable: string | null): KnownProvider {
  return { kind, key, url: null, urlVariable };
}

function local(url: string): KnownProvider {
  return { kind: 'compatible', key: null, url, urlVariable: null };
}

/** True for an address of this machine, which nobody else can answer at. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === '[::1]' || /^127(\.\d+){3}$/u.test(host) || host === 'localhost';
}
