import { isUnsettled, type Compensation } from '../domain/compensation.ts';
import type { PlanId } from '../domain/ids.ts';
import { waitingLines } from './compensation-text.ts';
import type { Session } from './session.ts';

/** Compensations that wait for a person's word. Loads what looks at them only if any was recorded: few plans have some. */
export async function waitingOf(session: Session, rootId: PlanId): Promise<readonly Compensation[]> {
  const app = await session.app();
  const { plans } = await app.storage();
  if ((await plans.eventsOfType(rootId, 'compensation.recorded')).length === 0) return [];
  return (await (await app.compensations()).list(rootId)).filter(isUnsettled);
}

/** Says how many wait, and how one gets to them. */
export async function noteWaiting(session: Session, rootId: PlanId): Promise<void> {
  for (const line of waitingLines(await waitingOf(session, rootId), rootId)) session.output.note(line);
}
