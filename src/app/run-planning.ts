import { describeSteps } from '../documents/describe-steps.ts';
import { createExpressions } from '../documents/expression-engine.ts';
import { fillInputs } from '../documents/resolve-inputs.ts';
import { PlanError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { permissionFor, subjectOf, type PermissionRules } from '../domain/permissions.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import { outputOf } from '../domain/state-snapshot.ts';
import { MODEL_TOOL } from '../domain/model-replies.ts';
import { createRootPlan } from '../execution/create-root-plan.ts';
import { EventBus } from '../execution/event-bus.ts';
import { Interruption, type ExecutionControl } from '../execution/execution-control.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { People } from '../execution/people.ts';
import { PlanExecutor } from '../execution/plan-executor.ts';
import { createMemoryStorage, type MemoryStorage } from '../memory/create-memory-storage.ts';
import { PLANNING_STEP } from '../planners/model/planning-document.ts';
import { PROPOSE_TOOL } from '../planners/model/propose-tool.ts';
import { createScriptedPlanner } from '../planners/scripted-planner.ts';
import type { CallPermission } from '../ports/call-permission.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { Redactor } from '../tools/redaction.ts';
import { ToolRunner } from '../tools/tool-runner.ts';
import { WriteWindow } from '../tools/write-window.ts';
import { checkSpawned } from './check-spawned.ts';
import type { CountedModels } from './counted-models.ts';
import type { Parts } from './parts.ts';
import { PlanningProgress } from './planning-progress.ts';

export interface Planning {
  readonly parts: Parts;
  readonly models: CountedModels;
  readonly registry: ToolRegistry;
  readonly control: ExecutionControl;
  readonly workspace: string;
  readonly document: PlanDocument;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly redactor: Redactor;
  readonly rules: PermissionRules;
  readonly onProgress: (message: string) => void;
}

/**
 * Runs the planning step on stores in memory. Resolves with the model's last words; null if it was interrupted.
 * @throws PlanError, and what asking a model throws
 */
export async function runPlanning(planning: Planning): Promise<string | null> {
  const { parts, control, document, workspace } = planning;
  const { clock, ids } = parts;
  const storage = createMemoryStorage({ now: () => clock.now() });
  const planId = ids.next();
  const created_at = new Date(clock.now()).toISOString();
  const rest = { included_documents: {}, inputs: planning.inputs, effective_config: {}, created_at };
  const record = {
    name: document.name,
    goal: null,
    workspace,
    document: document as unknown as Json,
    ...rest,
  };
  await createRootPlan(storage.plans, planId, record, describeSteps(document, planning.registry));
  const bus = new EventBus();
  bus.subscribe(new PlanningProgress(planning.onProgress, () => planning.models.costs));
  // Nobody else knows of it: no lease is needed.
  const journal = await LiveJournal.open({ plans: storage.plans, bus, clock, ids }, planId, 0);
  const executor = createExecutor(planning, { storage, journal, bus });
  const root = { planId, document, inputs: planning.inputs, env: {}, workspace };
  try {
    await executor.execute(root, control.abortSignal);
  } catch (thrown) {
    if (!(thrown instanceof Interruption)) throw inOurWords(thrown, planning);
    if (thrown.cause) throw thrown.cause;
    return null;
  } finally {
    await journal.flush();
  }
  return (outputOf(journal.plan(planId), PLANNING_STEP) as { readonly text: string }).text;
}

function createExecutor(
  { parts, models, registry, control, workspace, redactor, rules }: Planning,
  {
    storage,
    journal,
    bus,
  }: {
    readonly storage: MemoryStorage;
    readonly journal: LiveJournal;
    readonly bus: EventBus;
  },
): PlanExecutor {
  const { clock, ids, processes } = parts;
  const window = new WriteWindow({
    lock: storage.workspaceLock,
    workspace,
    process: processes.self,
    clock,
    onWaiting: () => undefined,
  });
  const tools = new ToolRunner({
    journal,
    registry,
    window,
    blobs: storage.blobs,
    ids,
    redactor,
    baseEnv: {},
    secrets: {},
    effectOverrides: {},
    onOutput: () => undefined,
    outputRoom: () => null,
    permission: permissionToLook(rules),
  });
  return new PlanExecutor({
    journal,
    clock,
    ids,
    blobs: storage.blobs,
    expressions: createExpressions(),
    tools,
    registry,
    models: () => Promise.resolve(models),
    checkDocument: checkSpawned(registry, workspace),
    plans: storage.plans,
    people: new People({ journal, bus, control, prompter: null }),
    control,
    maxParallel: 1,
    plannerFor: (spec) => createScriptedPlanner(spec),
    describeSteps: (spec) => describeSteps(spec, registry),
    fillInputs,
  });
}

/** Whoever gave the goal has asked for a model; what else they want to be asked about is not looked at unasked. */
function permissionToLook(rules: PermissionRules): CallPermission {
  return {
    asks: () => false,
    require: async ({ tool, input }) => {
      const { kind, rule } = permissionFor(rules, tool, subjectOf(input));
      const isWanted = tool === PROPOSE_TOOL || (tool === MODEL_TOOL && kind === 'ask');
      if (kind === 'allow' || isWanted) return;
      throw new PlanError('not_permitted', `${tool} may not be called for planning`, {
        hint: `core.permissions.${kind}: ${rule}`,
      });
    },
  };
}

/** What the engine says of a step, for somebody who knows of none. */
function inOurWords(thrown: unknown, { models, document }: Planning): unknown {
  if (!(thrown instanceof PlanError)) return thrown;
  const model = (document.steps[0] as { readonly model?: string }).model;
  if (thrown.code === 'agent_step_limit')
    return new PlanError('no_plan', `${model} proposed no plan in ${models.costs.replies} replies`);
  if (thrown.code === 'reply_cut_off') return new PlanError(thrown.code, thrown.message);
  return thrown;
}
