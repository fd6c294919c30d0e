import { createTwoFilesPatch } from 'diff';

/** A unified diff of one file; '' if nothing would change. null: it isn't, or isn't to be, there. */
export function fileDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const names = [before === null ? '/dev/null' : path, after === null ? '/dev/null' : path] as const;
  const text = createTwoFilesPatch(...names, before ?? '', after ?? '', undefined, undefined, { context: 3 });
  // Its first lines are for programs of old.
  return text.slice(text.indexOf('--- '));
}
