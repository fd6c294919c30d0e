import { describeSteps } from '../documents/describe-steps.ts';
import { parseDocument, type LoadedDocument } from '../documents/load-document.ts';
import { resolveInputs } from '../documents/resolve-inputs.ts';
import { PlanError } from '../domain/errors.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { Parts } from './parts.ts';

/** What a document that stands in no file yet is called. */
const UNSAVED = '(planned)';

/** The text of a document that was written for a goal. */
export interface PlanText {
  readonly text: string;
  /** Where it is to stand, relative to the current folder; null: nowhere. */
  readonly file: string | null;
  /** Real path. */
  readonly workspace: string;
  /** `-i NAME=VALUE` */
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Reads such a document as it would be read from its file.
 * @throws DocumentError, UsageError and WaitingError if the inputs don't fit; WaitingError if it needs a server that nobody agreed to
 */
export async function checkPlanText(
  { toolsOf, options }: Pick<Parts, 'toolsOf' | 'options'>,
  { text, file, workspace, inputs }: PlanText,
): Promise<LoadedDocument> {
  const { registry: tools } = await toolsOf(workspace);
  // What it includes is looked for where it stands.
  const cwd = file === null ? workspace : options.cwd;
  const loaded = await parseDocument(text, file ?? UNSAVED, { tools, cwd });
  resolveInputs(loaded.document, inputs, options.env);
  return loaded;
}

/** @throws PlanError `plan_writes_nothing`: it could not bring about anything */
export function requireWrites(document: PlanDocument, tools: ToolRegistry): void {
  if (writes(document, tools)) return;
  throw new PlanError('plan_writes_nothing', 'no step of this plan writes anything', {
    hint: 'a step that is to change something must not say effect: read',
  });
}

function writes(document: PlanDocument, tools: ToolRegistry): boolean {
  if (describeSteps(document, tools).some(({ effect }) => effect === 'write')) return true;
  return document.steps.some(
    (step) => step.kind === 'subplans' && step.plans.some((plan) => writes(plan.document, tools)),
  );
}
