import type { Checkpoint } from '../domain/checkpoint.ts';
import { ConflictError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { RollbackDependencies, Working } from './rollback-dependencies.ts';
import { toWorkOptions } from './rollback-dependencies.ts';

/**
 * A new root plan that begins where a checkpoint is. With `into` its files are laid out in a folder of their own first: a fork that
 * is cut off leaves files without a plan, never a plan without its files.
 */
export async function forkPlan(
  deps: RollbackDependencies,
  checkpoint: Checkpoint,
  into: string | null,
  working: Working,
): Promise<{ readonly planId: PlanId; readonly workspace: string }> {
  const planId = deps.ids.next();
  const source = await deps.plans.get(checkpoint.root_plan_id);
  const workspace = into === null ? source.workspace : await layOut(deps, checkpoint, into, working);
  await deps.createFork({ planId, checkpoint, workspace });
  return { planId, workspace };
}

async function layOut(
  deps: RollbackDependencies,
  { tree_hash: tree, number, root_plan_id }: Checkpoint,
  into: string,
  working: Working,
): Promise<string> {
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
    const actions = listed.map(({ path, state }) => ({ path, from: null, to: state }));
    const wanted = actions.filter(({ to }) => to.type !== 'excluded' && to.type !== 'special');
    const request = { workspace, operation: deps.ids.next(), actions: wanted };
    await deps.files.restore(request, toWorkOptions(working, 'laying out files'));
  } catch (thrown) {
    await deps.removeFolder(workspace);
    throw thrown;
  }
  return workspace;
}
