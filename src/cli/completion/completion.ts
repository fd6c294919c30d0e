import type { Word } from '../../ports/plan-words.ts';

/** What the shell does besides taking the words: names of files or folders; no blank behind a word. */
export type Directive = 'none' | 'files' | 'folders' | 'nospace';

export interface Completion {
  readonly words: readonly Word[];
  readonly directive: Directive;
}
