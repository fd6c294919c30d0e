import type { PlanId } from '../domain/ids.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import { allCheckpoints } from './all-checkpoints.ts';

/** A checkpoint that holds a tree. */
export interface TreeUse {
  readonly plan_id: PlanId;
  readonly number: number;
}

export interface DamagedObject {
  readonly hash: string;
  readonly kind: 'content' | 'tree';
  /** False: it is missing. */
  readonly damaged: boolean;
  /** Where it is needed; a path of '' is the whole tree, where no more can be known. */
  readonly uses: readonly (TreeUse & { readonly path: RawPath })[];
}

/** Every tree that a checkpoint of any plan holds, with those checkpoints. */
export async function heldTrees(storage: {
  readonly plans: Pick<PlanStore, 'list'>;
  readonly checkpoints: Pick<CheckpointStore, 'list'>;
}): Promise<ReadonlyMap<string, readonly TreeUse[]>> {
  const held = new Map<string, TreeUse[]>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<PlanStore['list']>> = await storage.plans.list(
      cursor === null ? {} : { cursor },
    );
    for (const { plan_id } of page.items) {
      for (const { tree_hash, number } of await allCheckpoints(storage.checkpoints, plan_id)) {
        if (tree_hash !== null) held.set(tree_hash, [...(held.get(tree_hash) ?? []), { plan_id, number }]);
      }
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return held;
}

/** Says of each fault which paths of which checkpoints it is about. */
export async function findUses(
  files: Pick<WorkspaceFiles, 'list'>,
  held: ReadonlyMap<string, readonly TreeUse[]>,
  faults: Awaited<ReturnType<WorkspaceFiles['verify']>>,
): Promise<readonly DamagedObject[]> {
  const uses = new Map(
    faults.map(({ hash }): [string, (TreeUse & { readonly path: RawPath })[]] => [hash, []]),
  );
  for (const [tree, checkpoints] of held) {
    // A tree with a hole can't be listed: then all of it is in question, for each tree that is gone.
    const listed = await files.list(tree).catch(() => null);
    const found =
      listed === null
        ? faults.filter(({ kind }) => kind === 'tree').map(({ hash }) => ({ hash, path: '' }))
        : listed.flatMap(({ path, state }) => (state.type === 'file' ? [{ hash: state.hash, path }] : []));
    for (const { hash, path } of found) {
      uses.get(hash)?.push(...checkpoints.map((checkpoint) => ({ ...checkpoint, path })));
    }
  }
  return faults.map((fault) => ({ ...fault, uses: uses.get(fault.hash) ?? [] }));
}
