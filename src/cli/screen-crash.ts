import { AgentsError, BugError, toErrorValue } from '../domain/errors.ts';
import type { Session } from './session.ts';

/**
 * What is thrown on instead of something that broke a screen: it says where all about it is kept, and what to do next. An
 * error that a person can act on stays what it is.
 * @param during what the screen was showing, in a few words
 * @param nextSteps commands that do without this screen
 */
export async function screenCrash(
  session: Session,
  thrown: unknown,
  during: string,
  nextSteps: readonly string[],
): Promise<unknown> {
  if (thrown instanceof AgentsError) return thrown;
  const { code, message } = toErrorValue(thrown);
  const hint = `it is a bug of agents, not of your plan; ${await kept(session, thrown, during)}`;
  const crash = new BugError(code, message, { hint, nextSteps, cause: thrown });
  // Where it was wrapped says nothing.
  if (thrown instanceof Error && thrown.stack !== undefined) crash.stack = thrown.stack;
  return crash;
}

async function kept(session: Session, thrown: unknown, during: string): Promise<string> {
  try {
    const path = await (await session.app()).keepCrash({ during, thrown });
    return `please report it with ${path}`;
  } catch (failed) {
    return `please report it with the lines below (no log: ${toErrorValue(failed).message})`;
  }
}
