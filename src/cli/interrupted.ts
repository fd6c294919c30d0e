import { shortId } from '../domain/ids.ts';
import type { InterruptedOperation } from '../ports/rollback-control.ts';
import type { Session } from './session.ts';

/** Rollbacks and applies that were cut off. Loads what knows them only if something is left over. */
export async function findInterrupted(session: Session): Promise<readonly InterruptedOperation[]> {
  const app = await session.app();
  const open = await (await app.storage()).operations.open();
  const mayBe = open.some(({ kind }) => kind === 'rollback' || kind === 'apply');
  return mayBe ? await (await app.rollbacks()).interrupted() : [];
}

/** Says of each what was cut off and how it ends, on stderr. */
export async function noteInterrupted(session: Session): Promise<void> {
  for (const { planId, what } of await findInterrupted(session)) {
    const id = shortId(planId);
    session.output.note(`cut off: ${what}, of plan ${id}`);
    session.output.note(
      `  next: agents plan rollback --continue ${id}   or: agents plan rollback --abort ${id}`,
    );
  }
}
