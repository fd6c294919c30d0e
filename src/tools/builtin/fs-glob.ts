import { lstat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import * as z from 'zod';
import { glob } from 'tinyglobby';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';
import { resolveInWorkspace, workspaceRelative } from '../workspace-path.ts';
import { checkInside, withFileErrors } from './file-access.ts';
import { pathField } from './input-fields.ts';

/** `..` as a component of a pattern, also one that braces or groups make. */
const CLIMBS = /(^|[/{,(|!])\.\.($|[/},)|])/;

function checkPatterns(patterns: readonly string[]): void {
  const bad = patterns.find((pattern) => pattern === '' || posix.isAbsolute(pattern) || CLIMBS.test(pattern));
  if (bad === undefined) return;
  throw new PlanError('outside_workspace', `the pattern "${bad}" does not stay in its folder`, {
    hint: 'patterns are relative and go down only',
  });
}

/** Says of a folder whether a link is on the way to it from `root`. Answers are kept: many paths share folders. */
function linkFinder(root: string): (folder: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>([['.', Promise.resolve(false)]]);
  const look = async (folder: string): Promise<boolean> =>
    (await isThroughLink(dirname(folder))) || (await lstat(join(root, folder))).isSymbolicLink();
  const isThroughLink = (folder: string): Promise<boolean> => {
    const answer = known.get(folder) ?? look(folder);
    known.set(folder, answer);
    return answer;
  };
  return isThroughLink;
}

async function dropLinked(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const isThroughLink = linkFinder(root);
  const linked = await Promise.all(paths.map((path) => isThroughLink(dirname(path))));
  return paths.filter((_, index) => linked[index] === false);
}

export const fsGlob = defineTool({
  name: 'fs.glob',
  summary: 'List paths that fit a pattern; links are neither listed nor followed',
  effect: 'read',
  input: z.strictObject({
    pattern: z.union([z.string(), z.array(z.string()).min(1)]).describe('like src/**/*.ts; one or several'),
    path: pathField.default('.').describe('folder that the patterns start at'),
    ignore: z.array(z.string()).default([]).describe('patterns of what is left out'),
    dot: z.boolean().default(false).describe('names that begin with a dot too'),
    only: z.enum(['files', 'folders', 'all']).default('files'),
    max: z.int().min(1).max(100_000).default(10_000),
  }),
  output: z.object({ paths: z.array(z.string()), truncated: z.boolean() }),
  async check({ pattern, path }, { workspace }) {
    checkPatterns([pattern].flat());
    await checkInside(workspace, [path]);
  },
  async run({ pattern, path, ignore, dot, only, max }, { workspace, signal }) {
    const patterns = [pattern].flat();
    checkPatterns(patterns);
    const root = await resolveInWorkspace(workspace, path);
    await withFileErrors(path, () => lstat(root));
    const found = await glob(patterns, {
      cwd: root,
      ignore,
      dot,
      onlyFiles: only === 'files',
      onlyDirectories: only === 'folders',
      followSymbolicLinks: false,
      expandDirectories: false,
      signal,
    });
    // The fixed beginning of a pattern is gone into as it is, even if it is a link.
    const own = await dropLinked(
      root,
      found.map((each) => each.replace(/\/$/, '')),
    );
    const paths = own.map((each) => workspaceRelative(workspace, join(root, each))).sort();
    return { paths: paths.slice(0, max), truncated: paths.length > max };
  },
});
