import { PlanError, toErrorValue } from '../domain/errors.ts';
import type { CompensationCall } from '../domain/compensation.ts';
import type { CallId } from '../domain/ids.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import type { CompensateSpec, StepSpec } from '../domain/plan-document.ts';
import type { EventPayloads, NewEvent } from '../domain/plan-event.ts';
import { callOf } from '../domain/plan-state.ts';
import type { ExpressionScope } from '../ports/expressions.ts';
import { externalize, internalize } from '../tools/externalize.ts';
import { buildScope, toText, type PlanContext } from './plan-context.ts';
import type { RunServices } from './run-services.ts';

type Services = Pick<RunServices, 'journal' | 'expressions' | 'blobs' | 'tools'>;

/**
 * What takes back a step's completed call, as an event that becomes true together with the step's end; [] where the document gives
 * nothing. One that can't be filled is said in it: the call's result must not be lost by that.
 * @throws StorageError
 */
export async function compensationEvents(
  run: Services,
  plan: PlanContext,
  step: StepSpec,
  scope: ExpressionScope,
  callId: CallId | null,
): Promise<readonly NewEvent[]> {
  if ((step.kind !== 'run' && step.kind !== 'uses') || !step.compensate || callId === null) return [];
  const filled = await fillOrSay(run, plan, step.id, step.compensate, scope, callId);
  const payload = { call_id: callId, step_id: step.id, ...filled };
  return [{ type: 'compensation.recorded', plan_id: plan.planId, payload }];
}

type Filled = Pick<EventPayloads['compensation.recorded'], 'call' | 'error'>;

async function fillOrSay(
  run: Services,
  plan: PlanContext,
  stepId: string,
  spec: CompensateSpec,
  scope: ExpressionScope,
  callId: CallId,
): Promise<Filled> {
  const seen = await seenAfter(run, plan, stepId, spec, scope, callId);
  try {
    const call = fill(run, spec, seen);
    const told: Json = { input: call.input, env: { ...call.env } };
    if (canonicalJson(run.tools.redacted(told)) !== canonicalJson(told)) throw holdsSecret(stepId);
    return { call: { ...call, input: await externalize(call.input, run.blobs) }, error: null };
  } catch (thrown) {
    if (!(thrown instanceof PlanError)) throw thrown;
    return { call: null, error: toErrorValue(thrown) };
  }
}

/** All that the step could see, and what it gave. */
async function seenAfter(
  { journal, blobs, expressions }: Services,
  plan: PlanContext,
  stepId: string,
  spec: CompensateSpec,
  scope: ExpressionScope,
  callId: CallId,
): Promise<ExpressionScope> {
  const state = journal.plan(plan.planId);
  const result = await internalize(callOf(state, callId)?.result ?? null, blobs);
  const templates = { ...spec } as Json;
  const { steps, ...now } = await buildScope(plan, state, scope.status, templates, { expressions, blobs });
  const own = { outputs: result ?? {}, status: 'complete', outcome: 'ok' };
  return { ...now, env: scope.env, steps: { ...steps, [stepId]: own } };
}

/** @throws PlanError */
function fill({ expressions }: Services, spec: CompensateSpec, scope: ExpressionScope): CompensationCall {
  const own = expressions.fill({ ...spec.env }, scope) as Readonly<Record<string, Json>>;
  const texts = Object.entries(own).map(([name, value]) => [name, toText(value)]);
  const env = { ...scope.env, ...(Object.fromEntries(texts) as Readonly<Record<string, string>>) };
  return 'run' in spec
    ? { tool: 'shell.run', input: { command: spec.run, effect: 'write' }, env, effect: 'write' }
    : { tool: spec.uses, input: expressions.fill({ ...spec.with }, scope), env, effect: null };
}

function holdsSecret(stepId: string): PlanError {
  return new PlanError('secret_in_compensation', `a secret stands in what takes ${stepId} back`, {
    hint: 'it is not stored: only an input with secret: true reaches env, as a reference',
  });
}
