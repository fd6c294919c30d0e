import { DocumentError, PlanError } from '../../domain/errors.ts';
import { isFinal } from '../../domain/event-handlers.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { AgentStep, PlanDocument, RetrySpec, SubplansStep } from '../../domain/plan-document.ts';
import { subplansOf } from '../../domain/plan-state.ts';
import type { Tool, ToolContext } from '../../ports/tool.ts';
import { planSpawn } from '../../tools/builtin/plan-spawn.ts';
import type { RunServices } from '../run-services.ts';
import type { SubplanExecutionService } from '../subplan-execution-service.ts';
import type { StepAttempt } from './step-attempt.ts';

const ONCE: RetrySpec = { max: 0, backoff_ms: 0, restore: null };

/** `plan.spawn` as a step offers it: what the model writes becomes a subplan like those of documents, with a state of its own. */
export function spawnTool(
  run: RunServices,
  subplans: SubplanExecutionService,
  around: StepAttempt<AgentStep>,
): Tool {
  const { plan, step, scope } = around;
  const spawn = async (input: unknown, { signal }: Pick<ToolContext, 'signal'>): Promise<JsonObject> => {
    const { name, goal, steps } = input as { name: string; goal?: string; steps: readonly Json[] };
    const known = subplansOf(run.journal.plan(plan.planId)).find(
      (subplan) => subplan.step_id === step.id && subplan.name === name,
    );
    // One that was cut off goes on; the model never heard of its end.
    if (known && isFinal(known.status))
      throw new PlanError('subplan_exists', `there is a subplan called ${name} already`, {
        hint: `${known.status}: call the next one otherwise`,
      });
    const document = await checked(run, { name, ...(goal !== undefined && { goal }), steps });
    const given = await subplans.run(plan, asStep(around, name, document), {
      scope,
      signal,
      origin: { by: 'model', rationale: `the model of step ${step.id} asked for it` },
    });
    return (given['plans'] as Readonly<Record<string, JsonObject>>)[name] as JsonObject;
  };
  return { ...(planSpawn as Tool), run: spawn };
}

/** What is wrong with it the model has to mend. @throws PlanError `bad_subplan` */
async function checked(run: RunServices, document: JsonObject): Promise<PlanDocument> {
  try {
    return await run.checkDocument(JSON.stringify(document, null, 2));
  } catch (thrown) {
    if (!(thrown instanceof DocumentError)) throw thrown;
    const faults = thrown.faults.map(
      ({ line, message, hint }) => `line ${line}: ${message}${hint === null ? '' : ` (${hint})`}`,
    );
    throw new PlanError('bad_subplan', `the steps are no plan: ${faults.join('; ')}`);
  }
}

function asStep({ step }: StepAttempt<AgentStep>, name: string, document: PlanDocument): SubplansStep {
  return {
    ...step,
    kind: 'subplans',
    mode: 'sequential',
    max_parallel: null,
    fail_fast: true,
    subplan_retries: ONCE,
    plans: [{ name, document, with: {}, needs: [], retries: null }],
  };
}
