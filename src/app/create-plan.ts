import { describeSteps } from '../documents/describe-steps.ts';
import { createExpressions } from '../documents/expression-engine.ts';
import { loadDocument } from '../documents/load-document.ts';
import { resolveInputs } from '../documents/resolve-inputs.ts';
import type { DocumentFault } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { createRootPlan } from '../execution/create-root-plan.ts';
import { plannedDecisions, type PlannedStrategy } from '../execution/first-decisions.ts';
import { toText } from '../execution/plan-context.ts';
import { checkPlanText } from './check-plan-text.ts';
import type { Parts } from './parts.ts';
import { makeSandbox } from './sandbox-folder.ts';

export interface CreatePlanRequest {
  /** Path of the document, relative to the current folder; null: it stands in no file. */
  readonly file: string | null;
  /** What was written for a goal: its document is not read from the file. */
  readonly planned?: PlannedStrategy;
  /** Real path. */
  readonly workspace: string;
  /** `-i NAME=VALUE` */
  readonly inputs: Readonly<Record<string, string>>;
  /** The plan works in a copy of the workspace; only `apply` brings its files back. */
  readonly sandbox?: boolean;
  /** Hears what is surely not meant in the document, though it runs. */
  readonly onWarnings?: (warnings: readonly DocumentFault[]) => void;
}

/** Checks a document and stores a plan of it, `strategize/queued`. @throws DocumentError, UsageError, ConfigError */
export async function createPlan(parts: Parts, request: CreatePlanRequest): Promise<PlanSummary> {
  const { options, ids, clock } = parts;
  const { planned = null } = request;
  const { registry: tools } = await parts.toolsOf(request.workspace);
  const { document, included, warnings } =
    planned === null
      ? await loadDocument(request.file as string, { tools, cwd: options.cwd })
      : await checkPlanText(parts, { ...request, text: planned.text });
  request.onWarnings?.(warnings);
  const { inputs } = resolveInputs(document, request.inputs, options.env);
  const { config } = await parts.config(request.workspace);
  const { plans } = await parts.storage();
  const plan_id = ids.next();
  const copy = request.sandbox ? await makeSandbox(parts, plan_id, request.workspace) : null;
  const plan = {
    name: document.name,
    goal: planned?.goal ?? goalOf(document.goal, { ...inputs }),
    workspace: copy?.workspace ?? request.workspace,
    document: document as unknown as Json,
    included_documents: included,
    inputs,
    effective_config: config as unknown as Json,
    created_at: new Date(clock.now()).toISOString(),
  };
  const decisions = planned === null ? [] : plannedDecisions(parts, planned);
  await createRootPlan(plans, plan_id, plan, describeSteps(document, tools), copy?.sandbox, decisions);
  return await plans.get(plan_id);
}

/** The goal, filled from the inputs: the only thing that is known before the first step. */
function goalOf(template: string | null, inputs: JsonObject): string | null {
  if (template === null) return null;
  const nothing = {
    env: {},
    steps: {},
    decisions: {},
    subplans: {},
    context: {},
    plan: {},
    status: 'success',
  } as const;
  return toText(createExpressions().fill(template, { inputs, ...nothing }));
}
