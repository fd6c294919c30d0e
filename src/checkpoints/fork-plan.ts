import type { Checkpoint } from '../domain/checkpoint.ts';
import { ConflictError } from '../domain/errors.ts';
import { shortId } from '../domain/ids.ts';
import type { RestoreExclusion } from '../domain/plan-restore.ts';
import type { ForkedPlan } from '../ports/rollback-control.ts';
import type { ListedFile } from '../ports/workspace-files.ts';
import { sandboxOf } from './sandbox.ts';
import { toWorkOptions, type RollbackDependencies, type Working } from './rollback-dependencies.ts';

/**
 * A new root plan that begins where a checkpoint is. With `into` its files are laid out in a folder of their own first: a fork that
 * is cut off leaves files without a plan, never a plan without its files.
 */
export async function forkPlan(
  deps: RollbackDependencies,
  checkpoint: Checkpoint,
  into: string | null,
  working: Working,
): Promise<ForkedPlan> {
  const planId = deps.ids.next();
  const source = await deps.plans.get(checkpoint.root_plan_id);
  const { workspace, excluded } =
    into === null
      ? { workspace: source.workspace, excluded: [] }
      : await layOut(deps, checkpoint, into, working);
  // It has to bring its files back from there also when its source is deleted.
  const sandbox = into === null ? await sandboxOf(deps.plans, source.plan_id) : null;
  await deps.createFork({ planId, checkpoint, workspace, sandbox });
  return { planId, workspace, excluded };
}

async function layOut(
  deps: RollbackDependencies,
  { tree_hash: tree, number, root_plan_id }: Checkpoint,
  into: string,
  working: Working,
): Promise<Omit<ForkedPlan, 'planId'>> {
  if (tree === null) {
    const id = shortId(root_plan_id);
    throw new ConflictError('no_files', `checkpoint ${number} holds no files to lay out`, {
      hint: 'files were not captured then; a fork in the same folder begins with the files as they are',
      nextSteps: [`agents plan fork ${id} ${number}`, `agents plan checkpoint list ${id}`],
    });
  }
  const workspace = await deps.newFolder(into);
  try {
    const listed = await deps.files.list(tree);
    const excluded = listed.flatMap(missingIn);
    const actions = listed
      .filter((file) => missingIn(file).length === 0)
      .map(({ path, state }) => ({ path, from: null, to: state }));
    const request = { workspace, operation: deps.ids.next(), actions };
    await deps.files.restore(request, toWorkOptions(working, 'laying out files'));
    return { workspace, excluded };
  } catch (thrown) {
    await deps.removeFolder(workspace);
    throw thrown;
  }
}

/** What a tree names without holding it. */
function missingIn({ path, state }: ListedFile): readonly RestoreExclusion[] {
  if (state.type === 'excluded') return [{ path, reason: state.reason }];
  return state.type === 'special' ? [{ path, reason: 'special' }] : [];
}
