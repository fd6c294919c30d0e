import type { FileChange } from '../domain/file-state.ts';
import { folderOf, rawPathOf, type RawPath } from '../domain/raw-path.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { RollbackPreview } from '../ports/rollback-control.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';

interface Stores {
  readonly files: WorkspaceFiles;
  readonly blobs: BlobStore;
}

const IN_GIT = /^((?:.*\/)?\.git)\/(?:HEAD|packed-refs|refs\/.*)$/;
const SHORT_COMMIT = 9;

/**
 * Repositories whose HEAD is elsewhere than it was: files go back, HEAD doesn't.
 * Where HEAD points: gitrepository-layout(5), `HEAD` and `refs`.
 */
export async function movedHeads(
  stores: Stores,
  differences: readonly FileChange[],
  nowTree: string,
  thenTree: string,
): Promise<RollbackPreview['heads']> {
  const folders = new Set(differences.flatMap(({ path }) => IN_GIT.exec(path)?.[1] ?? []));
  const heads = await Promise.all(
    [...folders].map(async (path) => {
      const [before, after] = await Promise.all([
        headIn(stores, thenTree, path),
        headIn(stores, nowTree, path),
      ]);
      return before === null || after === null || before === after ? [] : [{ path, before, after }];
    }),
  );
  return heads.flat();
}

/** `main 1a2b3c4d5`, or the commit alone; null if there is no HEAD. */
async function headIn(stores: Stores, tree: string, git: RawPath): Promise<string | null> {
  const head = await textIn(stores, tree, `${git}/HEAD`);
  if (head === null) return null;
  const name = /^ref: (.+)$/.exec(head)?.[1];
  if (name === undefined) return head.slice(0, SHORT_COMMIT);
  const commit = (await textIn(stores, tree, `${git}/${rawPathOf(name)}`)) ?? '';
  // A branch in packed-refs, or not yet born: then its name has to do.
  return `${name.replace('refs/heads/', '')} ${commit.slice(0, SHORT_COMMIT)}`.trim();
}

async function textIn({ files, blobs }: Stores, tree: string, path: RawPath): Promise<string | null> {
  const listed = await files.list(tree, folderOf(path));
  const state = listed.find((file) => file.path === path)?.state;
  if (state?.type !== 'file') return null;
  const content = await blobs.get(`sha256:${state.hash}`);
  return new TextDecoder().decode(content).trim();
}
