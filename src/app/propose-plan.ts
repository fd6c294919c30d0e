import { planJsonSchema } from '../documents/document-schema.ts';
import type { LoadedDocument } from '../documents/load-document.ts';
import { PlanError } from '../domain/errors.ts';
import { ExecutionControl } from '../execution/execution-control.ts';
import {
  LOOKING_TOOLS,
  MAX_PROPOSALS,
  planningDocument,
  planningPrompt,
} from '../planners/model/planning-document.ts';
import { planningGuide } from '../planners/model/planning-guide.ts';
import { createProposeTool } from '../planners/model/propose-tool.ts';
import type { Strategy } from '../planners/model/strategy.ts';
import type { Tool } from '../ports/tool.ts';
import { createToolRegistry } from '../tools/tool-registry.ts';
import { checkPlanText, requireWrites, type PlanText } from './check-plan-text.ts';
import { CountedModels, type ModelCosts } from './counted-models.ts';
import type { Parts } from './parts.ts';
import { runPlanning } from './run-planning.ts';
import { redactorOf } from './secret-values.ts';

export interface ProposeRequest extends Omit<PlanText, 'text'> {
  readonly goal: string;
  /** `provider/name`; null: `models.default`. */
  readonly model: string | null;
  /** Ends the thinking; nothing is left of it. */
  readonly signal: AbortSignal;
  /** Hears what the model is at. */
  readonly onProgress: (message: string) => void;
}

/** A plan that a model wrote for a goal; nothing of it is stored yet. */
export interface PlanProposal extends Strategy {
  /** The document. */
  readonly text: string;
  readonly loaded: LoadedDocument;
  /** As it was asked for, without secrets. */
  readonly goal: string;
  /** `provider/name`. */
  readonly model: string;
  readonly costs: ModelCosts;
}

/** How planning came to its end: with a plan, or with what was wrong with the last one. */
interface Outcome {
  accepted: Omit<PlanProposal, 'model' | 'costs' | 'goal'> | null;
  faults: string | null;
  refused: number;
}

/**
 * Has a model write a plan for a goal. It can only look at the folder; its conversation is kept in memory.
 * @throws PlanError `no_plan`, `plan_not_valid` and what asking a model throws; the signal's reason
 */
export async function proposePlan(parts: Parts, request: ProposeRequest): Promise<PlanProposal> {
  const { workspace, signal } = request;
  const loaded = await parts.config(workspace);
  const models = new CountedModels(await parts.models(loaded));
  const model = await models.find(request.model);
  const redactor = await redactorOf(parts, workspace);
  const { registry: known } = await parts.toolsOf(workspace);
  const control = new ExecutionControl();
  const outcome: Outcome = { accepted: null, faults: null, refused: 0 };
  const propose = createProposeTool<LoadedDocument>({
    check: async (text) => {
      const checked = await checkPlanText(parts, { ...request, text });
      requireWrites(checked.document, known);
      return checked;
    },
    onAccepted: ({ document: text, ...strategy }, checked) => {
      outcome.accepted = { ...strategy, text, loaded: checked };
      // Nothing more is to be said: the next reply would be paid for in vain.
      control.ask({ kind: 'pause', by: 'planner' });
    },
    onRefused: (faults) => {
      outcome.faults = faults;
      outcome.refused += 1;
      if (outcome.refused === MAX_PROPOSALS) control.ask({ kind: 'pause', by: 'planner' });
    },
  });
  const builtin = await parts.tools();
  const registry = createToolRegistry([
    ...builtin.list().filter(({ name }) => LOOKING_TOOLS.includes(name)),
    propose as Tool,
  ]);
  const stop = (): void => control.ask({ kind: 'stop', by: 'signal' });
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const said = await runPlanning({
      parts,
      models,
      registry,
      control,
      workspace,
      document: planningDocument(model),
      inputs: {
        goal: planningPrompt(request.goal, Object.keys(request.inputs)),
        guide: planningGuide(planJsonSchema(), known.list()),
      },
      redactor,
      rules: loaded.config.core.permissions,
      onProgress: request.onProgress,
    });
    signal.throwIfAborted();
    const { accepted } = outcome;
    if (!accepted) throw noPlan(model, outcome, said);
    return { ...accepted, goal: redactor.text(request.goal), model, costs: models.costs };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const LAST_WORDS = 500;

function noPlan(model: string, { faults, refused }: Outcome, said: string | null): PlanError {
  const tries = refused === 1 ? 'its plan is' : `its ${refused} plans are`;
  if (faults !== null)
    return new PlanError('plan_not_valid', `${model} wrote no plan that can be used: ${tries} not valid`, {
      hint: `the last one: ${faults.replaceAll('\n', '; ')}`,
    });
  const words = (said ?? '').trim();
  return new PlanError('no_plan', `${model} proposed no plan`, {
    ...(words !== '' && { hint: `its last words: ${words.slice(0, LAST_WORDS)}` }),
  });
}
