import type { App } from '../app/compose.ts';
import type { CreatePlanRequest } from '../app/create-plan.ts';
import type { PlanProposal } from '../app/propose-plan.ts';
import { planApproval } from '../domain/plan-approval.ts';
import type { DecisionState, PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { canAsk } from './ask-inputs.ts';
import { isOn, optionalText, text, type ParsedArgs } from './global-options.ts';
import { workLong } from './long-work.ts';
import type { NewPlan } from './new-plan.ts';
import type { Output } from './output.ts';
import { proposalText, proposalToJson } from './proposal-text.ts';
import { reviewProposal } from './review-proposal.ts';
import { findSavePlace, saveDocument, type SavePlace } from './save-document.ts';
import type { Session } from './session.ts';

type Common = Pick<CreatePlanRequest, 'workspace' | 'inputs'> & Omit<CreatePlanRequest, 'file' | 'planned'>;

/**
 * Has a model write a plan for a goal, shows it to the person at the terminal, and stores it. Where nobody is there, it is stored
 * with the question whether it may run.
 * @throws what `App.proposePlan`, `reviewProposal`, `findSavePlace` and `App.createPlan` throw
 */
export async function planForGoal(session: Session, args: ParsedArgs, common: Common): Promise<NewPlan> {
  const app = await session.app();
  // What can be refused is refused before anything is paid for.
  await app.storage();
  const wanted = optionalText(args, 'save');
  const place = wanted === undefined ? null : await findSavePlace(session, wanted);
  const file = place?.file ?? null;
  const { workspace, inputs } = common;
  const asked = {
    goal: text(args, 'goal'),
    model: optionalText(args, 'model') ?? null,
    workspace,
    inputs,
    file,
  };
  const proposal = await workLong(session, (options) => app.proposePlan({ ...asked, ...options }));
  return await store({ session, app, args, common, place, proposal });
}

interface Storing {
  readonly session: Session;
  readonly app: App;
  readonly args: ParsedArgs;
  readonly common: Common;
  readonly place: SavePlace | null;
  readonly proposal: PlanProposal;
}

async function store({ session, app, args, common, place, proposal }: Storing): Promise<NewPlan> {
  const { output, options, io } = session;
  const file = place?.file ?? null;
  const { workspace, inputs } = common;
  if (options.json === 'none') output.note(proposalText(proposal, await session.glyphs(workspace)));
  const isAsked = !isOn(args, 'yes') && canAsk(session);
  const check = (document: string): Promise<unknown> =>
    app.checkPlanText({ text: document, file, workspace, inputs });
  const document = isAsked ? await reviewProposal(session, proposal.text, check) : proposal.text;
  const { goal, model, alternatives, chosen, confidence } = proposal;
  const strategy = { alternatives, chosen, rationale: rationaleOf(proposal, document), confidence };
  const isApproved = isAsked || isOn(args, 'yes');
  const planned = { goal, model, ...strategy, isApproved, text: document };
  const plan = await notLost(output, document, async () => {
    if (place !== null) {
      await saveDocument(io.cwd, place, document);
      output.note(`wrote ${place.file}`);
    }
    return await app.createPlan({ ...common, file, planned });
  });
  const decision_id = await approvalOf(app, plan);
  const more = { document, file, approved: isApproved, decision_id };
  return { plan, inputs, planned: proposalToJson(proposal, more) };
}

/** It was paid for: where it can't be stored, it is at least said. */
async function notLost<T>({ note }: Output, document: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    note(`this was to be the plan:\n${document}`);
    throw thrown;
  }
}

const rationaleOf = ({ rationale, text: written }: PlanProposal, document: string): string =>
  document === written ? rationale : `${rationale} (a person has edited the document since)`;

async function approvalOf(app: App, plan: PlanSummary): Promise<string> {
  const { plans } = await app.storage();
  const tree = await plans.stateAt(plan.plan_id);
  return (planApproval(tree.plans.get(plan.plan_id) as PlanState) as DecisionState).id;
}
