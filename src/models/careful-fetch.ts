/** Nobody is there: asking again a moment later would only take time. */
export class UnreachableError extends Error {
  readonly refused: boolean;

  constructor(refused: boolean, url: string) {
    super(refused ? `nothing listens at ${url}` : `there is no host of the name in ${url}`);
    this.name = 'UnreachableError';
    this.refused = refused;
  }
}

/**
 * Requests that never follow a redirect: headers with a key would go along to wherever it points. What can't be reached at
 * all fails at once.
 */
export function carefulFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (target, init) => {
    try {
      return await fetch(target, { ...init, redirect: 'manual' });
    } catch (error) {
      const code = codeOf(error);
      const { origin } = new URL(target as string);
      if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
        throw new UnreachableError(code === 'ECONNREFUSED', origin);
      throw error;
    }
  };
}

/** The system's code of a failed request, which stands in what caused it. */
export function codeOf(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return null;
}
