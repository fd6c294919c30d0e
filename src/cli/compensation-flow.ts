import { isUnsettled, type Compensation } from '../domain/compensation.ts';
import { AgentsError, PlanError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import { toPrintable, toPrintableLine } from '../domain/printable.ts';
import type { CompensationControl, CompensationOptions } from '../ports/compensation-control.ts';
import { callLines } from '../tui/words/compensation-words.ts';
import { workLong } from './long-work.ts';
import type { Session } from './session.ts';
import { typedLine } from './typed-line.ts';

type How = Pick<CompensationOptions, 'running' | 'rerun'>;

/** A person's word about one compensation. */
export type Word = 'run' | 'skip' | 'leave';

/** The compensations of the program; their tools say what they say on stderr. */
async function controlOf({ app, options, output }: Opened): Promise<CompensationControl> {
  const isTold = !options.quiet && options.json === 'none';
  const say = (text: string): void => output.complain(output.notePaint('dim', `    ${toPrintable(text)}`));
  return await app.compensations(
    isTold ? { onOutput: ({ text }) => say(text), onWaiting: (message) => say(message) } : {},
  );
}

type Opened = Pick<Session, 'options' | 'output'> & { readonly app: Awaited<ReturnType<Session['app']>> };

async function opened(session: Session): Promise<CompensationControl> {
  const { options, output } = session;
  return await controlOf({ options, output, app: await session.app() });
}

export async function listCompensations(session: Session, planId: PlanId): Promise<readonly Compensation[]> {
  return await (await opened(session)).list(planId);
}

/** Runs one to its end, or records that it stays. @throws StoppedBySignal, and what the control refuses it with */
export async function settleOne(
  session: Session,
  planId: PlanId,
  { number, stepId }: Compensation,
  word: 'run' | 'skip',
  how: How,
): Promise<Compensation> {
  const control = await opened(session);
  return await workLong(session, async (options) => {
    if (word === 'skip') return await control.skip(planId, number, { ...options, ...how });
    const ended = await control.run(planId, number, { ...options, ...how });
    if (ended.status !== 'failed' || !options.signal.aborted) return ended;
    throw new PlanError('interrupted', `compensation ${number} of ${stepId} was interrupted`, {
      hint: 'it counts as failed: look at how far it came before it runs again',
    });
  });
}

/** Shows one and asks what becomes of it. */
export async function askAbout(session: Session, one: Compensation): Promise<Word> {
  const { output, io } = session;
  const late = one.isLate ? ': the plan has gone on since, it may take back what was made anew' : '';
  const title = `compensation ${one.number} of step ${toPrintableLine(one.stepId)}${late}`;
  output.complain([output.notePaint('strong', title), ...callLines(one)].join('\n'));
  const question = `${output.notePaint('attention', '? Run it?')} [y/N, s to skip it for good] `;
  const answer = (await typedLine(io, question))?.toLowerCase() ?? '';
  if (/^y(es)?$/.test(answer)) return 'run';
  return /^s(kip)?$/.test(answer) ? 'skip' : 'leave';
}

/**
 * Offers those that wait, one by one, newest first, to a person at a terminal; one that fails ends the offer. Resolves with all of
 * them, as they stand then.
 */
export async function offerCompensations(
  session: Session,
  planId: PlanId,
  offered: readonly Compensation[],
): Promise<readonly Compensation[]> {
  const settled = new Map<number, Compensation>();
  for (const one of offered.filter(isUnsettled)) {
    const word = await askAbout(session, one);
    if (word === 'leave') continue;
    const ended = await settleOffered(session, planId, one, word);
    if (ended === null) break;
    settled.set(one.number, ended);
    if (ended.status === 'failed') break;
  }
  return offered.map((one) => settled.get(one.number) ?? one);
}

/** What it is offered behind is done, whatever comes of it: why it can't be settled is said. Then null. */
async function settleOffered(
  session: Session,
  planId: PlanId,
  one: Compensation,
  word: 'run' | 'skip',
): Promise<Compensation | null> {
  const { output } = session;
  try {
    const how = { running: 'refuse', rerun: one.status === 'unknown' } as const;
    const ended = await settleOne(session, planId, one, word, how);
    output.complain(endedText(ended));
    return ended;
  } catch (thrown) {
    if (!(thrown instanceof AgentsError)) throw thrown;
    const { message, hint, nextSteps } = thrown;
    const next = nextSteps.length === 0 ? [] : [`  next: ${nextSteps.join('   or: ')}`];
    const more = [...(hint === null ? [] : [`  ${hint}`]), ...next].map(toPrintableLine);
    output.complain([output.notePaint('bad', toPrintableLine(message)), ...more].join('\n'));
    return null;
  }
}

/** How one ended, in one line. */
export function endedText({ number, stepId, status, error }: Compensation): string {
  const name = `compensation ${number} of step ${toPrintableLine(stepId)}`;
  if (status === 'done') return `${name} is done`;
  if (status === 'skipped') return `${name} is skipped: what the step did outside stays`;
  return `${name} failed: ${toPrintableLine(error?.message ?? '')}`;
}
