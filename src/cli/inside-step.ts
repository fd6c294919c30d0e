import { ConflictError } from '../domain/errors.ts';
import type { Session } from './session.ts';

/**
 * Steps of plans may look at plans, take checkpoints and run other plans; what takes the safety net away, or is a person's word, they
 * may not. It keeps mistakes away, not an enemy: whoever drops its environment isn't known as a step any more.
 * @throws ConflictError `inside_step` if a step of a plan of this home has started this command
 */
export async function refuseInsideStep(command: string, session: Session): Promise<void> {
  const { AGENTS_CALL_ID: call, AGENTS_CALL_HOME: home } = session.io.env;
  if (call === undefined || home !== (await session.app()).home) return;
  throw new ConflictError('inside_step', `a step of a plan may not call "agents ${command}"`, {
    hint: 'it takes away what a step could be taken back with, or is a person to say',
    nextSteps: ['let a person do it, in a terminal of their own'],
  });
}
