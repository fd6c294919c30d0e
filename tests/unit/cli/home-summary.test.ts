import { describe, expect, it } from 'vitest';
import { homeSummary } from '../../../src/cli/home-summary.ts';
import type { Session } from '../../../src/cli/session.ts';
import { NotFoundError } from '../../../src/domain/errors.ts';
import { shortId, type PlanId } from '../../../src/domain/ids.ts';
import type { PlanSummary } from '../../../src/domain/plan.ts';
import { homePlan } from '../../support/open-home.ts';

async function told(plans: readonly PlanSummary[], started: readonly PlanId[]): Promise<string> {
  const printed: string[] = [];
  const session = { output: { print: (text: string) => printed.push(text) } } as unknown as Session;
  const get = async (id: PlanId): Promise<PlanSummary> => {
    const found = plans.find(({ plan_id }) => plan_id === id);
    if (!found) throw new NotFoundError('plan', id);
    return found;
  };
  const { show, data } = await homeSummary(session, { get }, new Set(started));
  expect(data).toBeNull();
  show?.();
  return printed.join('\n---\n');
}

describe('what stays on the terminal when home is left', () => {
  it('Given nothing was started, or it was deleted since, then nothing', async () => {
    expect(await told([], [])).toBe('');
    expect(await told([], [homePlan(1).plan.plan_id])).toBe('');
  });

  it('Given plans, then how each stands and how to come back to it; why, where it failed', async () => {
    const error = {
      code: 'STEP_FAILED',
      message: 'exit code 1\nmore',
      details: {},
      retryable: false,
    } as const;
    const plans = [
      homePlan(1, { name: 'a\u001B[2Jb', state: 'complete' }).plan,
      homePlan(2, { state: 'errored', error: error as unknown as PlanSummary['error'] }).plan,
    ];
    const [one, two] = plans.map(({ plan_id }) => shortId(plan_id));
    const lines = (
      await told(
        plans,
        plans.map(({ plan_id }) => plan_id),
      )
    ).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^a.*b {2}${one} {2}execute/complete {2}agents plan watch ${one}$`)),
      expect.stringMatching(
        new RegExp(`^plan-2 {2}${two} {2}execute/errored {2}exit code 1.* agents plan errors ${two}$`),
      ),
    ]);
    expect(lines.join('')).not.toContain('\u001B');
  });

  it('Given more than ten, then the last ten', async () => {
    const plans = Array.from({ length: 12 }, (_, n) => homePlan(n + 1).plan);
    const text = await told(
      plans,
      plans.map(({ plan_id }) => plan_id),
    );
    expect([text.split('\n').length, text.includes('plan-2 '), text.includes('plan-12 ')]).toEqual([
      10,
      false,
      true,
    ]);
  });

  it('Given they cannot be read, then that is thrown', async () => {
    const session = {} as Session;
    const get = (): Promise<never> => Promise.reject(new Error('the disk is full'));
    await expect(homeSummary(session, { get }, new Set([homePlan(1).plan.plan_id]))).rejects.toThrow('disk');
  });
});
