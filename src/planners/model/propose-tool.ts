import * as z from 'zod';
import { AgentsError, BugError, DocumentError, PlanError, type DocumentFault } from '../../domain/errors.ts';
import type { Tool } from '../../ports/tool.ts';
import { proposalSchema, type Proposal } from './strategy.ts';

export const PROPOSE_TOOL = 'plan.propose';

/** Further faults mostly follow from the first. */
const MAX_FAULTS = 20;

export interface ProposeToolOptions<Checked> {
  /** Reads the document as it would be read from a file. @throws AgentsError what is wrong with it */
  readonly check: (document: string) => Promise<Checked>;
  readonly onAccepted: (proposal: Proposal, checked: Checked) => void;
  /** With what is wrong, in lines. */
  readonly onRefused: (faults: string) => void;
}

/** What a planning model hands its plan in with. It only looks: the plan is made by whoever asked for it. */
export function createProposeTool<Checked>(options: ProposeToolOptions<Checked>): Tool<Proposal> {
  let turn: Promise<unknown> = Promise.resolve();
  let isAccepted = false;
  const propose = async (proposal: Proposal): Promise<{ readonly accepted: boolean }> => {
    if (isAccepted) throw new PlanError('plan_refused', 'there is a plan already');
    const checked = await checkedBy(options, proposal.document);
    isAccepted = true;
    options.onAccepted(proposal, checked);
    return { accepted: true };
  };
  return {
    name: PROPOSE_TOOL,
    summary: 'Propose the plan; answers with what is wrong with it',
    effect: 'read',
    openWorld: false,
    input: proposalSchema,
    output: z.object({ accepted: z.boolean() }),
    paths: () => [],
    // Those of one reply come side by side; the first that is good is the plan.
    run: async (proposal) => {
      const proposed = turn.then(() => propose(proposal));
      turn = proposed.catch(() => undefined);
      return await proposed;
    },
  };
}

async function checkedBy<Checked>(
  { check, onRefused }: ProposeToolOptions<Checked>,
  document: string,
): Promise<Checked> {
  try {
    return await check(document);
  } catch (thrown) {
    if (!(thrown instanceof AgentsError) || thrown instanceof BugError) throw thrown;
    const faults = faultLines(thrown);
    onRefused(faults);
    throw new PlanError('plan_refused', `this plan can't be used: ${faults}`);
  }
}

/** What is wrong, as a model can mend it: each fault with its place. */
function faultLines(thrown: AgentsError): string {
  const faults = thrown instanceof DocumentError ? thrown.faults : [];
  if (faults.length === 0) return [thrown.message, ...(thrown.hint === null ? [] : [thrown.hint])].join('\n');
  const more = faults.length - MAX_FAULTS;
  return [
    thrown.message,
    ...faults.slice(0, MAX_FAULTS).map(faultLine),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}

const faultLine = ({ line, column, message, hint }: DocumentFault): string =>
  `${line}:${column} ${message}${hint === null ? '' : ` (${hint})`}`;
