import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { PlanError } from '../../domain/errors.ts';
import { quotePath } from './file-access.ts';

/** One file of a patch, with paths as the workspace knows them. */
export interface FilePatch {
  /** null: the patch makes the file. */
  readonly from: string | null;
  /** null: the patch deletes the file. */
  readonly to: string | null;
  /** The file at `from` stays. */
  readonly keepsSource: boolean;
  /** Permission bits that the patch asks for. */
  readonly mode: number | undefined;
  readonly patch: StructuredPatch;
}

const NO_FILE = '/dev/null';

/**
 * The files of a unified diff, as `diff -u` and git write them.
 * @param onlyPath the file that is meant, whatever the patch calls it
 * @throws PlanError `bad_patch`
 */
export function readPatch(text: string, onlyPath: string | undefined): readonly FilePatch[] {
  const patches = parse(text);
  if (onlyPath !== undefined && patches.length > 1) {
    throw new PlanError('bad_patch', `the patch is for ${patches.length} files, and one path is given`, {
      hint: 'leave out `path` to use the names in the patch',
    });
  }
  return patches.map((patch) => readFilePatch(patch, onlyPath));
}

function parse(text: string): readonly StructuredPatch[] {
  let patches: readonly StructuredPatch[];
  try {
    patches = parsePatch(text);
  } catch (error) {
    throw new PlanError('bad_patch', 'the patch is not a unified diff', {
      hint: (error as Error).message,
      cause: error,
    });
  }
  const changing = patches.filter((patch) => patch.hunks.length > 0 || patch.isGit);
  if (changing.length > 0) return changing;
  throw new PlanError('bad_patch', 'the patch holds no change', {
    hint: 'a unified diff has lines that begin with @@',
  });
}

function readFilePatch(patch: StructuredPatch, onlyPath: string | undefined): FilePatch {
  if (patch.isBinary)
    throw new PlanError('bad_patch', 'the patch changes a binary file, which a diff does not hold');
  const makes = patch.isCreate === true || patch.oldFileName === NO_FILE;
  const deletes = patch.isDelete === true || patch.newFileName === NO_FILE;
  const [oldName, newName] = onlyPath === undefined ? namesIn(patch) : [onlyPath, onlyPath];
  return {
    from: makes ? null : oldName,
    to: deletes ? null : newName,
    keepsSource: patch.isCopy === true,
    mode: patch.newMode === undefined ? undefined : Number.parseInt(patch.newMode.slice(-3), 8),
    patch,
  };
}

function namesIn({ oldFileName, newFileName }: StructuredPatch): readonly [string, string] {
  if (oldFileName === undefined || newFileName === undefined) {
    throw new PlanError('bad_patch', 'the patch does not say which file it is for', { hint: 'give `path`' });
  }
  // a/ and b/ are git's, not part of the names, if both sides have them.
  const isPrefixed = /^(a\/|\/dev\/null$)/.test(oldFileName) && /^(b\/|\/dev\/null$)/.test(newFileName);
  const plain = (name: string): string => (isPrefixed ? name.slice(2) : name);
  return [plain(oldFileName), plain(newFileName)];
}

/** The content after the patch. @throws PlanError `patch_does_not_fit` */
export function patchText(before: string, { patch }: FilePatch, path: string): string {
  const after = applyPatch(before, patch);
  if (after !== false) return after;
  const fits = (count: number): boolean =>
    applyPatch(before, { ...patch, hunks: patch.hunks.slice(0, count) }) !== false;
  const failing = patch.hunks.findIndex((_, index) => !fits(index + 1)) + 1;
  throw new PlanError(
    'patch_does_not_fit',
    `the patch does not fit ${quotePath(path)}: change ${failing} of ${patch.hunks.length}`,
    {
      hint: `the lines around it are not in the file as the patch has them (line ${patch.hunks[failing - 1]?.oldStart})`,
    },
  );
}
