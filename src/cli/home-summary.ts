import { NotFoundError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import { formatPhaseState, type PlanSummary } from '../domain/plan.ts';
import type { CommandResult, Session } from './session.ts';

/** @throws NotFoundError if it has been deleted */
interface PlanFinder {
  get(id: PlanId): Promise<PlanSummary>;
}

/** More is for `agents plan list`. */
const PLANS_SHOWN = 10;

/** What stays on the terminal when home is left: a line for each plan that went on from there. */
export async function homeSummary(
  session: Session,
  plans: PlanFinder,
  started: ReadonlySet<PlanId>,
): Promise<CommandResult> {
  const shown = [...started].slice(-PLANS_SHOWN);
  const found = await Promise.all(shown.map((id) => existing(plans, id)));
  const lines = found.flatMap((plan) => (plan ? [lineOf(plan)] : []));
  if (lines.length === 0) return { data: null };
  return { data: null, show: () => session.output.print(lines.join('\n')) };
}

/** null: it was deleted at home. */
async function existing(plans: PlanFinder, id: PlanId): Promise<PlanSummary | null> {
  return await plans.get(id).catch((thrown: unknown) => {
    if (thrown instanceof NotFoundError) return null;
    throw thrown;
  });
}

function lineOf({ plan_id, name, phase, state, error }: PlanSummary): string {
  const id = shortId(plan_id);
  const why = error === null ? [] : [toPrintableLine(error.message)];
  const next = `agents plan ${state === 'errored' ? 'errors' : 'watch'} ${id}`;
  return [toPrintableLine(name), id, formatPhaseState(phase, state), ...why, next].join('  ');
}
