import type { PlanSummary } from '../domain/plan.ts';
import type { Session } from './session.ts';

/** True if no process that may still live runs the plan. */
export async function isRunByNobody(
  session: Session,
  { root_plan_id }: Pick<PlanSummary, 'root_plan_id'>,
): Promise<boolean> {
  const app = await session.app();
  const { leases } = await app.storage();
  const lease = await leases.read(root_plan_id);
  return lease === null || app.processes.liveness(lease.holder) === 'gone';
}
