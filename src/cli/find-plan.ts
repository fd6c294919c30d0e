import { NotFoundError } from '../domain/errors.ts';
import { closestWord } from '../domain/closest-word.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { PlanStore } from '../ports/plan-store.ts';

/** The plan that a text names, in a folder where that counts. @throws NotFoundError that says what could be meant */
export async function findPlan(plans: PlanStore, reference: string, folder: string): Promise<PlanSummary> {
  try {
    return await plans.resolve(reference, folder);
  } catch (thrown) {
    if (!(thrown instanceof NotFoundError) || thrown.code !== 'plan_not_found') throw thrown;
    const { items } = await plans.list({ workspace: folder });
    if (reference === 'last') throw nothingHere();
    const near = closestWord(
      reference,
      items.map(({ name }) => name),
    );
    const meant = items.find(({ name }) => name === reference) ?? items.find(({ name }) => name === near);
    if (!meant) throw thrown;
    const id = shortId(meant.plan_id);
    throw new NotFoundError('plan_not_found', thrown.message, {
      hint: `did you mean ${id} (${meant.name})? a plan is named by its id, its beginning or end, or "last"`,
      nextSteps: [`agents plan status ${id}`, 'agents plan list'],
    });
  }
}

function nothingHere(): NotFoundError {
  return new NotFoundError('plan_not_found', 'there is no plan in this folder yet', {
    hint: 'plans of other folders: agents plan list --all-workspaces',
    nextSteps: ['agents plan run FILE'],
  });
}
