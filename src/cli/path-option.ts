import { isAbsolute, relative, resolve, sep } from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { rawPathOf, textOfPath, type RawPath } from '../domain/raw-path.ts';

/** A path of a workspace as it is typed: relative to it, or absolute and inside it. @throws UsageError */
export function readWorkspacePath(typed: string, workspace: string): RawPath {
  const inside = relative(workspace, resolve(workspace, typed));
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (typed !== '' && !isOutside) return rawPathOf(inside);
  throw new UsageError(
    'invalid_path',
    `--path needs a path in the plan's folder, not ${JSON.stringify(typed)}`,
    {
      hint: `the folder is ${workspace}; paths are relative to it, wherever you are`,
    },
  );
}

/** A path as a shell takes it as one word. */
export function typedPath(path: RawPath): string {
  const text = textOfPath(path);
  if (/^[\w./@+,:%=-]+$/.test(text) && !text.startsWith('-')) return text;
  const safe = text.startsWith('-') ? `./${text}` : text;
  return `'${safe.replaceAll("'", String.raw`'\''`)}'`;
}
