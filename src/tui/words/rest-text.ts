const REST_WORDS: Readonly<Record<string, string>> = {
  person: 'as asked',
  signal: 'by a signal',
  waiting: 'waits for an answer',
  checkpoint_failed: 'a checkpoint failed',
  stopped: 'stopped as asked',
};

/** Why a plan rests, in words. */
export function restText(pausedBecause: string | null): string {
  return REST_WORDS[pausedBecause ?? 'person'] ?? String(pausedBecause);
}
