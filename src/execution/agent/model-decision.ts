import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { MODEL_TOOL } from '../../domain/model-replies.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { DecideStep } from '../../domain/plan-document.ts';
import type { DecisionState } from '../../domain/plan-state.ts';
import { callsOf } from '../../domain/plan-state.ts';
import type { ModelMessage } from '../../ports/language-models.ts';
import type { RunServices } from '../run-services.ts';
import { askModel, readTurn, type ModelTurn } from './model-turn.ts';
import type { StepAttempt } from './step-attempt.ts';
import { modelText } from './model-text.ts';

/** What a model chose, and why. */
export type ModelChoice = Pick<DecisionState, 'chosen' | 'rationale' | 'confidence' | 'by'>;

/** How often a model is asked before the step fails. */
const MAX_TRIES = 3;

/**
 * Has a model choose one of a step's options. An answer that is none is sent back with what is wrong with it.
 * @throws PlanError `no_choice` after three tries, and what `LanguageModels` throws
 */
export async function decideByModel(run: RunServices, around: StepAttempt<DecideStep>): Promise<ModelChoice> {
  const { plan, step, scope, attempt, signal } = around;
  const models = await run.models();
  const named = step.model ?? null;
  const model = await models.find(named === null ? null : modelText(run, named, scope));
  const schema = answerSchema(step);
  const question = userMessage(questionText(run, around));
  const request = { planId: plan.planId, stepId: step.id, attempt, tool: MODEL_TOOL, env: {}, effect: null };
  for (;;) {
    const turns = await turnsOf(run, around);
    const last = turns.at(-1);
    const read = last ? readChoice(last, schema) : null;
    if (read && 'choice' in read) return { ...read.choice, by: model };
    if (turns.length >= MAX_TRIES)
      throw new PlanError(
        'no_choice',
        `${model} chose none of the options of ${step.id} in ${MAX_TRIES} tries`,
        {
          hint: (read as { readonly fault: string }).fault,
        },
      );
    const before = [read ? userMessage(`That is no choice: ${read.fault}`) : question];
    const own = askModel(models, {
      model,
      system: `You decide for the plan "${plan.document.name}". Answer with JSON only: an object with option, rationale (why, in a sentence or two) and confidence (0 to 1).`,
      said: turns.flatMap((turn) => [...turn.before, turn.message]),
      before: run.tools.redacted(before as unknown as Json) as unknown as readonly ModelMessage[],
      tools: [],
      answer: z.toJSONSchema(schema) as JsonObject,
      rollback: null,
    });
    await run.tools.run({ ...request, own, input: { model, reply: turns.length + 1 } }, signal);
    await run.journal.flush();
  }
}

/** Those of an attempt that was cut off are paid for already. */
async function turnsOf(
  run: RunServices,
  { plan, step, attempt }: StepAttempt<DecideStep>,
): Promise<readonly ModelTurn[]> {
  const calls = callsOf(run.journal.plan(plan.planId)).filter(
    (call) => call.step_id === step.id && call.attempt === attempt && call.status === 'complete',
  );
  return await Promise.all(calls.map((call) => readTurn(call, run.blobs)));
}

const answerSchema = ({ options }: DecideStep) =>
  z.object({
    option: z.enum(options.map(({ id }) => id)),
    rationale: z.string(),
    confidence: z.number().min(0).max(1),
  });

type Read = { readonly choice: Omit<ModelChoice, 'by'> } | { readonly fault: string };

function readChoice({ text }: ModelTurn, schema: ReturnType<typeof answerSchema>): Read {
  const parsed = schema.safeParse(readJson(text));
  if (!parsed.success) return { fault: z.prettifyError(parsed.error) };
  const { option, rationale, confidence } = parsed.data;
  return { choice: { chosen: option, rationale, confidence } };
}

/** Models without structured answers put them between fences, with a word before. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  } catch {
    return null;
  }
}

function questionText(run: RunServices, { plan, step, scope }: StepAttempt<DecideStep>): string {
  const options = step.options.map(
    ({ id, description }) => `- ${id}${description === null ? '' : `: ${description}`}`,
  );
  const { goal } = plan.document;
  return [
    modelText(run, step.question, scope),
    `Options:\n${options.join('\n')}`,
    ...(goal === null ? [] : [`The goal of the plan: ${modelText(run, goal, scope)}`]),
    ...(step.rationale === null ? [] : [modelText(run, step.rationale, scope)]),
  ].join('\n\n');
}

const userMessage = (content: string): ModelMessage => ({ role: 'user', content });
