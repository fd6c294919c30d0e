import { closestWord } from '../../domain/closest-word.ts';
import { NotFoundError } from '../../domain/errors.ts';
import { shortId, type PlanId } from '../../domain/ids.ts';
import type { Json } from '../../domain/json.ts';
import { decisionsOf, type DecisionState, type TreeState } from '../../domain/plan-state.ts';
import { fitsId, toIdPart } from '../../domain/references.ts';
import { type Command, planArgument } from '../command.ts';
import { decisionText } from '../decision-text.ts';
import { text } from '../global-options.ts';
import { plansWithin } from '../plans-within.ts';

export const planShow: Command = {
  describe: (parser) =>
    planArgument(parser)
      .positional('decision', {
        type: 'string',
        demandOption: true,
        describe: "the step's id, or the decision's",
      })
      .example('$0 plan show last style', 'what was asked, what was chosen, by whom and why'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const { plans } = await (await session.app()).storage();
    const tree = await plans.stateAt(plan.root_plan_id);
    const found = findDecision(tree, plan.plan_id, text(args, 'decision'));
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { plan_id: found.planId, decision: found.decision as unknown as Json },
      show: () => {
        const { paint, print } = session.output;
        print(decisionText(tree, found, { glyphs, paint, now: session.clock.now() }));
      },
    };
  },
};

/** More would be no hint any more. */
const HINTED = 5;

interface Found {
  readonly planId: PlanId;
  readonly decision: DecisionState;
}

/**
 * By the step's id the one that holds, first in the plan itself, then in its subplans; by the decision's own id any.
 * @throws NotFoundError `decision_not_found`, `ambiguous_decision`
 */
function findDecision(tree: TreeState, planId: PlanId, reference: string): Found {
  const all = plansWithin(tree, planId).flatMap((plan) =>
    decisionsOf(plan).map((decision) => ({ planId: plan.planId, decision })),
  );
  const ofStep = all.filter(
    ({ decision }) => decision.step_id === reference && decision.superseded_by === null,
  );
  const own = ofStep.filter((found) => found.planId === planId);
  const part = toIdPart(reference);
  const byId = part === null ? [] : all.filter(({ decision }) => fitsId(decision.id, part));
  const found = [own, ofStep, byId].find((some) => some.length > 0) ?? [];
  const [first] = found;
  if (!first) throw decisionNotFound(planId, reference, all);
  if (found.length === 1) return first;
  throw new NotFoundError('ambiguous_decision', `${reference} names ${found.length} decisions`, {
    hint: [
      ...found.slice(0, HINTED).map(({ decision }) => `${shortId(decision.id)} ${decision.question}`),
      ...(found.length > HINTED ? [`and ${found.length - HINTED} more`] : []),
    ].join('; '),
    nextSteps: found.slice(0, 3).map(({ decision }) => `agents plan show ${shortId(planId)} ${decision.id}`),
  });
}

function decisionNotFound(planId: PlanId, reference: string, all: readonly Found[]): NotFoundError {
  // Those that no step asks, of the plan itself and its spawning, would drown the ones that people know.
  const names = [...new Set(all.flatMap(({ decision }) => decision.step_id ?? []))];
  const near = closestWord(reference, names);
  const known =
    names.length === 0
      ? 'no step has decided or asked anything yet'
      : `decided or asked: ${names.join(', ')}`;
  const message = `no decision is called ${JSON.stringify(reference)}`;
  return new NotFoundError('decision_not_found', message, {
    hint: near === null ? known : `did you mean ${near}? ${known}`,
    nextSteps: [`agents plan status ${shortId(planId)}`],
  });
}
