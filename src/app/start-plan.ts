import { CheckpointService } from '../checkpoints/checkpoint-service.ts';
import { Retention } from '../checkpoints/retention.ts';
import { FileLiveSettings } from '../config/live-settings.ts';
import { holdBack } from '../config/hold-back.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { describeSteps } from '../documents/describe-steps.ts';
import { createExpressions } from '../documents/expression-engine.ts';
import { fillInputs, resolveInputs } from '../documents/resolve-inputs.ts';
import { hasRestores } from '../domain/needed-since.ts';
import { refusedSettings, type RefusedSettings } from '../domain/refused-settings.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { EventBus } from '../execution/event-bus.ts';
import type { ExecutionControl } from '../execution/execution-control.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { People } from '../execution/people.ts';
import type { PlanContext } from '../execution/plan-context.ts';
import { PlanExecutor } from '../execution/plan-executor.ts';
import { PlanRunner, recover, requireUnfinished, type RunEnd } from '../execution/plan-runner.ts';
import { requireFailed, retryEvents } from '../execution/retry-plan.ts';
import { RequestResponder } from '../execution/request-responder.ts';
import { liveFolder } from '../host/live-output-format.ts';
import { LiveOutputWriter } from '../host/live-output-writer.ts';
import { createScriptedPlanner } from '../planners/scripted-planner.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { Prompter } from '../ports/prompter.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import type { Storage } from '../storage/open-storage.ts';
import { createRedactor } from '../tools/redaction.ts';
import { ToolRunner } from '../tools/tool-runner.ts';
import { WriteWindow } from '../tools/write-window.ts';
import { acquirePlan, refuseInterrupted } from './acquire-plan.ts';
import { bringBackWrites } from './bring-back.ts';
import { fileCounter } from './file-counter.ts';
import { finishRun, type RunOutcome } from './finish-run.ts';
import type { Parts } from './parts.ts';
import { createRecorder } from './run-recorder.ts';
import { attemptRestorer } from './restore-attempts.ts';
import { secretValues } from './secret-values.ts';
import { noteOverfull } from './stored-mark.ts';

export interface RunOptions {
  readonly listeners: readonly EventListener[];
  /** null: nobody can be asked; a question takes its default, or the plan waits. */
  readonly prompter: Prompter | null;
  /** `-i` again: values of secret inputs, which are never stored. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Steps whose write was cut off: run again, or leave as they are. */
  readonly rerun: readonly string[];
  readonly skip: readonly string[];
  /** Ends a living holder of this host and its tools first. */
  readonly takeOver: boolean;
  /** A failed plan again, from its failed steps. */
  readonly retry?: boolean;
  /** After `plan pause` from elsewhere: true waits for `plan resume`, false ends the run. */
  readonly stayWhenPaused: boolean;
}

export type { RunOutcome };

export interface RunHandle {
  /** Doesn't reject for a plan that fails; only for faults of storage, a lost lease and bugs. */
  readonly outcome: Promise<RunOutcome>;
  /** Finishes the running steps, takes a checkpoint, rests. `by`: `SIGINT`, `SIGTERM`, ... */
  pause(by: string): void;
  /** Another process has asked something: look at once. */
  wake(): void;
  /** Ends the running tools and the plan. */
  cancel(by: string): void;
}

/** Takes the lease, recovers what an earlier run left, and starts. */
export async function startPlan(parts: Parts, planId: string, options: RunOptions): Promise<RunHandle> {
  const storage = await parts.storage();
  const { root_plan_id } = await storage.plans.get(planId);
  const record = await storage.plans.get(root_plan_id);
  const document = record.document as unknown as PlanDocument;
  const { secrets } = resolveInputs(
    document,
    { ...givenAgain(document, record), ...options.inputs },
    parts.options.env,
  );
  const refused = refusedSettings(await storage.plans.eventsOfType(root_plan_id, 'config.changed'));
  const loaded = holdBack(await parts.config(record.workspace), refused.changes);
  const registry = await parts.tools();
  const lease = await acquirePlan(parts, storage, root_plan_id, options.takeOver);
  try {
    const bus = new EventBus();
    const countFileChanges = await fileCounter(parts);
    const journal = await LiveJournal.open(
      { plans: storage.plans, bus, countFileChanges, ...parts },
      root_plan_id,
      lease.lease.fence,
    );
    const retry = options.retry ? retryOf(journal, document, parts) : null;
    if (!retry) requireUnfinished(journal.plan(root_plan_id));
    for (const listener of options.listeners) bus.subscribe(listener);
    const live = new LiveOutputWriter(liveFolder(parts.home, root_plan_id));
    bus.subscribe(live);
    await refuseInterrupted(parts, root_plan_id);
    const earlier = lease.lease.earlier ?? [];
    const isRetry = retry !== null;
    const onProgress = (message: string): void => bus.emitWaiting(message);
    const recovery = { parts, journal, plan: record, registry, earlier, isRetry, onProgress };
    await recover(journal, parts.processes, options, retry, bringBackWrites(recovery));
    await noteOverfull(parts.home, journal, loaded);
    const looking = new AbortController();
    const run = compose({
      files: await parts.files(),
      lastTree: await storage.plans.lastTree(root_plan_id),
      checkpointCount: await storage.checkpoints.count(root_plan_id),
      looking: looking.signal,
      parts,
      registry,
      storage,
      journal,
      bus,
      record,
      document,
      secrets,
      loaded,
      refused,
      options,
    });
    const { retention } = run;
    const outcome = finishRun(run.ended, { lease, live, looking, retention }, parts, root_plan_id);
    return { ...run, outcome };
  } catch (thrown) {
    await lease[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** @throws ConflictError if the plan has not failed */
function retryOf(journal: LiveJournal, document: PlanDocument, { processes }: Parts): readonly NewEvent[] {
  requireFailed(journal.plan(journal.rootId));
  return retryEvents(
    journal.tree,
    journal.rootId,
    document,
    createExpressions(),
    `pid ${processes.self.pid}`,
  );
}

/** Inputs that were stored, as if they were given again: only the secret ones are still to be found. */
function givenAgain(document: PlanDocument, record: PlanRecord): Record<string, string> {
  const stored = Object.entries(record.inputs).filter(([name]) => document.inputs[name]?.secret === false);
  return Object.fromEntries(
    stored.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

interface Composition {
  readonly files: WorkspaceFiles;
  readonly lastTree: string | null;
  readonly checkpointCount: number;
  readonly looking: AbortSignal;
  readonly parts: Parts;
  readonly registry: ToolRegistry;
  readonly storage: Storage;
  readonly journal: LiveJournal;
  readonly bus: EventBus;
  readonly record: PlanRecord;
  readonly document: PlanDocument;
  readonly secrets: Readonly<Record<string, string>>;
  readonly loaded: LoadedConfig;
  readonly refused: RefusedSettings;
  readonly options: RunOptions;
}

interface ComposedRun {
  readonly ended: Promise<RunEnd>;
  readonly retention: Retention;
}

/** Puts the engine of one run together and starts it. */
function compose(c: Composition): Omit<RunHandle, 'outcome'> & ComposedRun {
  const { parts, storage, journal, bus, record, document, options } = c;
  const { clock, processes } = parts;
  const settings = new FileLiveSettings(parts.configSources(record.workspace), c.loaded, c.refused.waits);
  const window = new WriteWindow({
    lock: storage.workspaceLock,
    workspace: record.workspace,
    process: processes.self,
    clock,
    onWaiting: (message) => bus.emitWaiting(message),
  });
  const recorder = createRecorder({ ...c, blobs: storage.blobs, workspace: record.workspace, settings });
  // Read-only steps need not wait for the first look, and the first write finds most of it done.
  void recorder.prime(c.looking);
  const checkpoints = new CheckpointService(journal, settings, clock, window, recorder);
  const restores = hasRestores(record.document, record.included_documents);
  const retention = new Retention({ stores: storage, journal, settings, clock, restores }, c.checkpointCount);
  bus.subscribe(retention);
  const root: PlanContext = {
    planId: record.plan_id,
    document,
    inputs: record.inputs,
    env: {},
    workspace: record.workspace,
  };
  let hasBegun = false;
  const runner = new PlanRunner({
    journal,
    processes,
    root,
    stayWhenPaused: options.stayWhenPaused,
    checkpointPaused: async (planId) => void (await checkpoints.create({ planId, label: 'paused' })),
    start: (control) => {
      // After a rest, in which people changed what they liked, all is looked at.
      if (hasBegun) recorder.distrust();
      hasBegun = true;
      return createExecutor(c, { control, checkpoints, window, recorder });
    },
  });
  const responder: RequestResponder = new RequestResponder({
    journal,
    plans: storage.plans,
    requests: storage.requests,
    checkpoints: storage.checkpoints,
    processes,
    clock,
    window,
    createCheckpoint: (context) => checkpoints.create(context),
    lastCheckpointNumber: () => journal.lastCheckpointNumber,
    standing: () => runner.standing(),
    onWish: (request) => runner.onWish(request, () => responder),
    settleSettings: (take, by) => checkpoints.settleSettings(take, by),
  });
  return {
    ended: runToEnd(runner, responder),
    retention,
    pause: (by) => runner.ask({ kind: 'pause', by }),
    wake: () => responder.wake(),
    cancel: (by) => runner.ask({ kind: 'cancel', by }),
  };
}

/** Whatever happens to the run, those who asked something of it get their answers. */
async function runToEnd(runner: PlanRunner, responder: RequestResponder): Promise<RunEnd> {
  try {
    return await runner.run(() => responder);
  } finally {
    await responder.close();
  }
}

interface RunParts {
  readonly control: ExecutionControl;
  readonly checkpoints: CheckpointService;
  readonly window: WriteWindow;
  readonly recorder: WorkspaceRecorder;
}

function createExecutor(c: Composition, run: RunParts): PlanExecutor {
  const { parts, registry, storage, journal, bus, loaded } = c;
  const { clock, ids } = parts;
  const { core, tools: toolSettings } = loaded.config;
  const expressions = createExpressions();
  const baseEnv = { ...definedOnly(parts.options.env), AGENTS_CALL_HOME: parts.home };
  const values = [...Object.values(c.secrets), ...secretValues(baseEnv, core.secrets.names)];
  const tools = new ToolRunner(
    {
      journal,
      registry,
      window: run.window,
      blobs: storage.blobs,
      ids,
      redactor: createRedactor({ values, patterns: core.secrets.patterns }),
      baseEnv,
      secrets: c.secrets,
      effectOverrides: toolSettings.overrides,
      onOutput: (line) => bus.emitOutput(line),
    },
    run.checkpoints,
    run.recorder,
  );
  const people = new People({ journal, bus, control: run.control, prompter: c.options.prompter });
  return new PlanExecutor(
    {
      journal,
      clock,
      ids,
      blobs: storage.blobs,
      expressions,
      tools,
      people,
      control: run.control,
      maxParallel: core.execution.max_parallel,
      plannerFor: (document) => createScriptedPlanner(document),
      describeSteps: (document) => describeSteps(document, registry),
      fillInputs,
      intervals: run.checkpoints,
      restoreAttempt: attemptRestorer({
        ...run,
        parts,
        journal,
        plan: c.record,
        onProgress: (message) => bus.emitWaiting(message),
      }),
    },
    run.checkpoints,
  );
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
