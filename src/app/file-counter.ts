import type { Parts } from './parts.ts';

/** How many paths differ between two trees; null where one of them is not to be had. */
export async function fileCounter(
  parts: Pick<Parts, 'files'>,
): Promise<(before: string, after: string) => Promise<number | null>> {
  const files = await parts.files();
  return async (before, after) => {
    try {
      return (await files.changes(before, after)).length;
    } catch {
      // A count is a help for people; a checkpoint doesn't fail for want of it.
      return null;
    }
  };
}
