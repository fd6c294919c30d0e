import { StorageError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { GarbageOptions } from '../ports/object-garbage.ts';
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

/** What a plan was made of, or a state, that can't be had back. */
export interface DamagedState {
  readonly plan_id: PlanId;
  /** Of the checkpoint; null: the plan itself. */
  readonly number: number | null;
  readonly what: string;
}

export interface ProvedCheckpoints {
  /** Every tree that a checkpoint of any plan holds, with those checkpoints. */
  readonly held: ReadonlyMap<string, readonly TreeUse[]>;
  readonly states: readonly DamagedState[];
}

/** Reads every plan, and the state of each of its checkpoints, proved by its hash. */
export async function proveCheckpoints(
  {
    plans,
    checkpoints,
  }: {
    readonly plans: Pick<PlanStore, 'list' | 'get'>;
    readonly checkpoints: Pick<CheckpointStore, 'list' | 'snapshot'>;
  },
  { signal, onProgress }: GarbageOptions,
): Promise<ProvedCheckpoints> {
  const held = new Map<string, TreeUse[]>();
  const states: DamagedState[] = [];
  let done = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<PlanStore['list']>> = await plans.list(cursor === null ? {} : { cursor });
    for (const { plan_id } of page.items) {
      const damage = await faultOf(plans.get(plan_id));
      if (damage !== null) states.push({ plan_id, number: null, what: damage });
      for (const { id, tree_hash, number } of await allCheckpoints(checkpoints, plan_id)) {
        signal?.throwIfAborted();
        const what = await faultOf(checkpoints.snapshot(id));
        if (what !== null) states.push({ plan_id, number, what });
        if (tree_hash !== null) held.set(tree_hash, [...(held.get(tree_hash) ?? []), { plan_id, number }]);
        onProgress?.((done += 1), null, 'states');
      }
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { held, states };
}

async function faultOf(reading: Promise<unknown>): Promise<string | null> {
  try {
    await reading;
    return null;
  } catch (thrown) {
    if (!(thrown instanceof StorageError)) throw thrown;
    return thrown.hint === null ? thrown.message : `${thrown.message}: ${thrown.hint}`;
  }
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
